import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("doctor", import.meta.dirname);
