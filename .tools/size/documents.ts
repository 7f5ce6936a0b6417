/** What an app adds that edits documents of consultations. Yjs itself, which its editor needs as well, is not counted. */
export { openDocuments } from "@healthbridge/client-sdk/documents";
