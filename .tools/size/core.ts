/** What an application on a phone imports. */
export * from "@healthbridge/client-sdk";
