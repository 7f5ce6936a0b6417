/** What somebody signs in with. */
export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** A new account as its form has it. */
export interface RegistrationForm extends Credentials {
  readonly name: string;
}

/** A field that has to be corrected. */
export type WrongField = keyof RegistrationForm;

const LOGIN = /^[a-z0-9+][a-z0-9._@+-]{2,63}$/;
const LEAST_PASSWORD = 15;

/** The name to sign in with as the server takes it: a phone's keyboard begins with a capital. */
export function plainLogin(login: string): string {
  return login.trim().toLowerCase();
}

/** What has to be corrected before anything is sent. */
export function wrongIn({ login, password, name }: RegistrationForm): readonly WrongField[] {
  const wrong: WrongField[] = [];
  if (name.trim() === "") wrong.push("name");
  if (!LOGIN.test(plainLogin(login))) wrong.push("login");
  if (Array.from(password).length < LEAST_PASSWORD) wrong.push("password");
  return wrong;
}

/** What is said of a refusal: at a field, or of all of it. */
export function refusalOf(code: string): {
  readonly field?: WrongField | undefined;
  readonly key:
    | "register.passwordWrong"
    | "register.loginWrong"
    | "register.taken"
    | "register.offline"
    | "register.closed"
    | "register.busy"
    | "register.failed";
} {
  switch (code) {
    case "password_weak":
      return { field: "password", key: "register.passwordWrong" };
    case "malformed":
      return { field: "login", key: "register.loginWrong" };
    case "credentials_wrong":
      return { key: "register.taken" };
    case "offline":
      return { key: "register.offline" };
    case "forbidden":
      return { key: "register.closed" };
    case "rate_limited":
      return { key: "register.busy" };
    default:
      return { key: "register.failed" };
  }
}
