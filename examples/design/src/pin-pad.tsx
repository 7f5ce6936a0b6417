import { ArrowRight, Delete } from "lucide";
import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { FieldError } from "./field.tsx";
import { Icon } from "./icon.tsx";

export interface PinPadProps {
  /** what is asked for: "PIN of amina" */
  readonly label: string;
  readonly hint?: string | undefined;
  /** why the last one was not taken; the pad is empty again when it changes */
  readonly error?: string | undefined;
  readonly onPin: (pin: string) => void;
  /** a PIN is being tried */
  readonly busy?: boolean | undefined;
  /** names of the keys that show no digit */
  readonly deleteLabel: string;
  readonly doneLabel: string;
  /** how long a PIN is at least and at most */
  readonly least: number;
  readonly most: number;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** A PIN, by keys on the screen or a keyboard. What was typed is in a field that screen readers know as a password; no keyboard slides over the keys. */
export function PinPad(props: PinPadProps): VNode {
  const { label, hint, error, onPin, busy = false, deleteLabel, doneLabel, least, most } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [pin, setPin] = useState("");
  // Whoever has a keyboard types at once; on a phone nothing slides up.
  useEffect(() => input.current?.focus(), []);
  const done = (): void => {
    if (busy || pin.length < least) return;
    setPin("");
    // The key that was pressed rests now, and would take the focus along.
    input.current?.focus();
    onPin(pin);
  };
  return (
    <form
      class="pin"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <label class="strong" for={id}>
        {label}
      </label>
      {hint !== undefined && (
        <p class="muted small centred" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        id={id}
        ref={input}
        type="password"
        inputMode="none"
        autocomplete="off"
        maxLength={most}
        value={pin}
        readOnly={busy}
        aria-describedby={`${id}-error ${id}-hint`}
        aria-invalid={error === undefined ? undefined : true}
        onInput={({ currentTarget }) => {
          setPin(currentTarget.value.replaceAll(/\D/g, "").slice(0, most));
        }}
      />
      <div role="alert">
        <FieldError id={`${id}-error`}>{error}</FieldError>
      </div>
      <Keys
        {...{ deleteLabel, doneLabel }}
        canAdd={!busy && pin.length < most}
        canDelete={!busy && pin !== ""}
        canFinish={!busy && pin.length >= least}
        onDigit={(digit) => setPin((before) => before + digit)}
        onDelete={() => setPin((before) => before.slice(0, -1))}
      />
    </form>
  );
}

interface KeysProps extends Pick<PinPadProps, "deleteLabel" | "doneLabel"> {
  readonly canAdd: boolean;
  readonly canDelete: boolean;
  readonly canFinish: boolean;
  readonly onDigit: (digit: string) => void;
  readonly onDelete: () => void;
}

function Keys({ deleteLabel, doneLabel, canAdd, canDelete, canFinish, onDigit, onDelete }: KeysProps): VNode {
  const key = (digit: string): VNode => (
    <button key={digit} type="button" disabled={!canAdd} onClick={() => onDigit(digit)}>
      {digit}
    </button>
  );
  return (
    <div class="keys">
      {DIGITS.map(key)}
      <button type="button" aria-label={deleteLabel} disabled={!canDelete} onClick={onDelete}>
        <Icon of={Delete} />
      </button>
      {key("0")}
      <button type="submit" data-go aria-label={doneLabel} disabled={!canFinish}>
        <Icon of={ArrowRight} />
      </button>
    </div>
  );
}
