/** Address of the server under test; its account may create and drop databases and accounts. */
export const URL_VARIABLE = "TEST_DATABASE_URL";
/** Part of the name of every database of one run, so that several runs can share a server. */
export const RUN_ID_VARIABLE = "HEALTHBRIDGE_TEST_RUN";
