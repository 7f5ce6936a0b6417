import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("clinic", import.meta.dirname, {
  name: "HB Clinic",
  description: "Register patients and book for them all day, with or without a network.",
});
