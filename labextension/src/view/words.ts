/** Wording of figures and moments, the same for every reader: no locale of the browser. */

/** 336776 -> "336,776" */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** (1, "check") -> "1 check" */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Seconds as people say them: "0.04 s", "3.2 s", "2 min 05 s". */
export function duration(seconds: number): string {
  if (seconds < 10) {
    return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  }
  if (seconds < 60) {
    return `${Math.floor(seconds)} s`;
  }
  const rest = String(Math.floor(seconds % 60)).padStart(2, '0');
  return `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** Time that passes, without fractions that flicker. */
export function elapsed(seconds: number): string {
  return seconds < 60 ? `${Math.floor(seconds)} s` : duration(seconds);
}

/** ISO moment or date -> "2013-12-31 23:59:00 UTC", without fractions of a second. */
export function moment(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/.exec(iso);
  if (!match) {
    return iso;
  }
  const [, day, time, zone] = match;
  if (!time) {
    return day;
  }
  const named = !zone ? '' : zone === 'Z' || zone === '+00:00' ? ' UTC' : ` ${zone}`;
  return `${day} ${time}${named}`;
}

/** The time of day of an ISO moment. */
export function clock(iso: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(iso)?.[1] ?? iso;
}
