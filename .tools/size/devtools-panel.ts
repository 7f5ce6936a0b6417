/** What an inspector consists of, once it is opened. */
export { Panel } from "../../client-sdk/src/devtools/panel.ts";
