/** What leads from a place to a request, fetched together: whoever looks for a doctor looks at her times and asks for one. */
export { BookScreen } from "./book.tsx";
export { DoctorScreen } from "./doctor.tsx";
export { FindScreen } from "./find.tsx";
