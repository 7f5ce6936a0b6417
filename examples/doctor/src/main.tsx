import { Button } from "@healthbridge/example-design";
import "@healthbridge/example-design/style.css";
import { render } from "preact";

const root = document.querySelector("#app");
if (root !== null) render(<Button>HealthBridge</Button>, root);
