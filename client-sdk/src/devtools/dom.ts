/** What an element is made with: attributes, and what happens on it. No `style`: a strict content security policy refuses it. */
export interface Parts {
  readonly class?: string;
  /** attributes by name; `false` leaves one out, `true` sets it without a value */
  readonly is?: Readonly<Record<string, string | boolean>>;
  readonly on?: { readonly [N in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[N]) => void };
}

/** Makes an element. Texts become text, never markup. */
export function el<N extends keyof HTMLElementTagNameMap>(
  name: N,
  { class: className, is = {}, on = {} }: Parts = {},
  ...inside: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  if (className !== undefined) element.className = className;
  for (const [attribute, value] of Object.entries(is))
    if (value !== false) element.setAttribute(attribute, value === true ? "" : value);
  for (const [event, listener] of Object.entries(on))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each stands under the name of its event
    element.addEventListener(event, listener as EventListener);
  element.append(...inside);
  return element;
}
