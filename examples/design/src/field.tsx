import { type ComponentChildren, h, type TargetedInputEvent, type VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { CircleAlert, Eye, EyeOff } from "lucide";
import { IconButton } from "./button.tsx";
import { Icon, type IconNode } from "./icon.tsx";

export interface FieldProps {
  readonly label: string;
  /** said below the label, before anybody types */
  readonly hint?: ComponentChildren;
  /** what is wrong and what to do about it; the field is marked, and screen readers read it with the field */
  readonly error?: string | undefined;
}

/** Attributes that tie a control to its label, hint and error. */
interface Ties {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

function tiesOf(id: string, { hint, error }: FieldProps): Ties {
  const words = [hint === undefined ? [] : [`${id}-hint`], error === undefined ? [] : [`${id}-error`]].flat();
  return {
    id,
    "aria-describedby": words.length === 0 ? undefined : words.join(" "),
    "aria-invalid": error === undefined ? undefined : true,
  };
}

/** Label, hint, control, error, in this order. For a control of your own: it gets the attributes that tie it to the others. */
export function Field({
  children,
  ...field
}: FieldProps & { readonly children: (ties: Ties) => ComponentChildren }): VNode {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      {field.hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      )}
      {children(tiesOf(id, field))}
      <FieldError id={`${id}-error`}>{field.error}</FieldError>
    </div>
  );
}

/** What is wrong with a field; nothing where nothing is. `id` is what the control's `aria-describedby` names. */
export function FieldError({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: string | undefined;
}): VNode | null {
  if (children === undefined) return null;
  return (
    <p class="wrong" id={id}>
      <Icon of={CircleAlert} />
      <span>{children}</span>
    </p>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** `password` can be shown with the button `showLabel` */
  readonly type?:
    | "text"
    | "password"
    | "search"
    | "tel"
    | "email"
    | "number"
    | "date"
    | "time"
    | "datetime-local"
    | undefined;
  /** several lines */
  readonly lines?: boolean | undefined;
  readonly icon?: IconNode | undefined;
  /** for `password`: what the button that shows it is called */
  readonly showLabel?: string | undefined;
  readonly name?: string | undefined;
  /** `off` where left out: what is typed into an app of health belongs into its sealed store, not among what the browser remembers, in plain, for other forms */
  readonly autocomplete?: string | undefined;
  readonly inputMode?: "text" | "numeric" | "decimal" | "tel" | "search" | "email" | undefined;
  readonly placeholder?: string | undefined;
  readonly required?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly maxLength?: number | undefined;
  readonly min?: string | number | undefined;
  readonly max?: string | number | undefined;
  readonly step?: string | number | undefined;
  /** id of a `<datalist>` */
  readonly list?: string | undefined;
  readonly autoFocus?: boolean | undefined;
  readonly onBlur?: (() => void) | undefined;
}

/** One line of text, or several. */
export function TextField(props: TextFieldProps): VNode {
  const { label, hint, error, value, onValue, type = "text", lines, icon, showLabel, ...others } = props;
  const rest = { ...others, autocomplete: props.autocomplete ?? "off" };
  const [shown, show] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(ties) =>
        lines === true ? (
          <textarea
            class="input"
            {...ties}
            {...rest}
            value={value}
            onInput={({ currentTarget }) => onValue(currentTarget.value)}
          />
        ) : (
          <div class="beside">
            {icon && <Icon of={icon} />}
            {/* As a call: of JSX's types for an input none takes a type that is not known yet. */}
            {h("input", {
              class: "input",
              ...ties,
              ...rest,
              type: type === "password" && shown ? "text" : type,
              ...(isSecret(type, rest.name) ? { autocapitalize: "none", spellcheck: false } : {}),
              value,
              onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) =>
                onValue(currentTarget.value),
            })}
            {type === "password" && showLabel !== undefined && (
              <IconButton
                icon={shown ? EyeOff : Eye}
                label={showLabel}
                aria-pressed={shown}
                onClick={() => show(!shown)}
              />
            )}
          </div>
        )
      }
    </Field>
  );
}

/** What no keyboard should correct. */
function isSecret(type: string, name: string | undefined): boolean {
  return type === "password" || name === "login";
}

export interface SelectFieldProps extends FieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** One of a list, as the platform shows it. */
export function SelectField({
  label,
  hint,
  error,
  value,
  onValue,
  options,
  ...rest
}: SelectFieldProps): VNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ties) => (
        <select
          class="input"
          {...ties}
          {...rest}
          value={value}
          onChange={({ currentTarget }) => onValue(currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface CheckFieldProps extends Omit<FieldProps, "label"> {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** Yes or no; the words beside it belong to what can be pressed. */
export function CheckField({ label, hint, error, checked, onChecked, ...rest }: CheckFieldProps): VNode {
  const id = useId();
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          {...tiesOf(id, { label: "", hint, error })}
          {...rest}
          checked={checked}
          onChange={({ currentTarget }) => onChecked(currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </div>
  );
}

export interface ChoiceFieldProps<T extends string> extends FieldProps {
  readonly value: T | undefined;
  readonly onValue: (value: T) => void;
  readonly options: ReadonlyArray<{
    readonly value: T;
    readonly label: string;
    readonly icon?: IconNode | undefined;
  }>;
  readonly disabled?: boolean | undefined;
}

/** One of a few, all of them in sight; buttons of which one is pressed. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>): VNode {
  const { label, hint, error, value, onValue, options, disabled } = props;
  const id = useId();
  const { id: _, ...ties } = tiesOf(id, { label, hint, error });
  return (
    <fieldset class="field" disabled={disabled} {...ties}>
      <legend>{label}</legend>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div class="choices">
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            class="button"
            data-kind="plain"
            aria-pressed={option.value === value}
            onClick={() => onValue(option.value)}
          >
            {option.icon && <Icon of={option.icon} />}
            {option.label}
          </button>
        ))}
      </div>
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </fieldset>
  );
}

/** Puts the focus on the first field of a form that is marked as wrong: call it once the errors are on the screen. */
export function focusFirstWrong(form: ParentNode): void {
  const wrong = form.querySelector('[aria-invalid="true"]');
  if (wrong instanceof HTMLElement) wrong.focus();
}
