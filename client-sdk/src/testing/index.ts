export { storeConformance, type StoreUnderTest, type TestFunctions } from "./store-conformance.ts";
