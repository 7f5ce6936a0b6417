/** What an app in React Native adds: the store in a SQLite file. */
export { sqlStore } from "@healthbridge/client-sdk/expo";
