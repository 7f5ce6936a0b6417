import "@healthbridge/example-design/style.css";
import "./style.css";
import { openDoctorsDesk } from "./open-desk.tsx";

openDoctorsDesk();
