import './view.css';
import './lab.css';
