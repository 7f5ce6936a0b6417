/** All hooks: with those for chat, documents and schedules. Chat and documents themselves come from their own entries. */
export * from "@healthbridge/client-sdk/react";
