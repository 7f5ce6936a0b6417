import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("patient", import.meta.dirname);
