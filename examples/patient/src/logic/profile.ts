import type { InputOf, Patient } from "@healthbridge/schema/client";

type NoticeWish = NonNullable<Patient["notices"]>;
type Sex = NonNullable<Patient["sex"]>;

/** A person as the form has her: what is left empty is not said. */
export interface ProfileForm {
  readonly name: string;
  readonly born: string;
  readonly sex: Sex | "";
  readonly phone: string;
  readonly village: string;
  readonly notices: NoticeWish | "";
}

export const EMPTY_PROFILE: ProfileForm = {
  name: "",
  born: "",
  sex: "",
  phone: "",
  village: "",
  notices: "",
};

/** A field that has to be corrected. */
export type WrongField = "name" | "born" | "phone";

const PHONE = /^\+[1-9]\d{6,14}$/;

/** A person's profile in a form. */
export function profileOf({ name, born, sex, phone, village, notices }: Patient): ProfileForm {
  return {
    name,
    born: born ?? "",
    sex: sex ?? "",
    phone: phone ?? "",
    village: village ?? "",
    notices: notices ?? "",
  };
}

/** What has to be corrected, in the order of the form. */
export function wrongIn({ name, born, phone }: ProfileForm, today: string): readonly WrongField[] {
  const wrong: WrongField[] = [];
  if (name.trim() === "") wrong.push("name");
  if (born !== "" && (born > today || born < "1900-01-01")) wrong.push("born");
  if (phone !== "" && !PHONE.test(plainPhone(phone))) wrong.push("phone");
  return wrong;
}

/** What is said of a person. */
export function detailsOf(form: ProfileForm): Omit<InputOf<"patient.register">, "clinic"> {
  const { born, sex, village, notices } = form;
  return {
    name: form.name.trim(),
    ...(born === "" ? {} : { born }),
    ...(sex === "" ? {} : { sex }),
    ...(form.phone.trim() === "" ? {} : { phone: plainPhone(form.phone) }),
    ...(village.trim() === "" ? {} : { village: village.trim() }),
    ...(notices === "" ? {} : { notices }),
  };
}

/** What was changed of it: what others have corrected since the form was opened stays as they have it. */
export function changesOf(form: ProfileForm, was: ProfileForm): Omit<InputOf<"patient.update">, "patient"> {
  const { name, ...rest } = detailsOf({
    name: form.name,
    born: form.born === was.born ? "" : form.born,
    sex: form.sex === was.sex ? "" : form.sex,
    phone: form.phone === was.phone ? "" : form.phone,
    village: form.village === was.village ? "" : form.village,
    notices: form.notices === was.notices ? "" : form.notices,
  });
  return { ...rest, ...(name === was.name ? {} : { name }) };
}

/** Spaces and dashes help people to write a number, and mean nothing. */
function plainPhone(phone: string): string {
  return phone.replaceAll(/[\s().-]/g, "");
}
