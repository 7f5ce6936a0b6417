import { appConfig } from "../design/vite/app-config.ts";

export default appConfig("clinic", import.meta.dirname);
