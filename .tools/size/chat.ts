/** What an app imports for conversations, beside the SDK. */
export { openChat } from "@healthbridge/client-sdk/chat";
