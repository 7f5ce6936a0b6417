import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("patient", import.meta.dirname, {
  name: "HealthBridge",
  description: "Find a doctor near you, book and chat, with or without a network.",
});
