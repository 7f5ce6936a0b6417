import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("doctor", import.meta.dirname, {
  name: "HB Doctor",
  description: "The day and the week of a doctor, conversations and notes.",
});
