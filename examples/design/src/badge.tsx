import { CircleAlert, CircleCheck, Clock, Info, TriangleAlert } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { Icon, type IconNode } from "./icon.tsx";

/**
 * How certain something is. `sure`: the server has decided it, or the time is this device's own; `waiting`: kept here, not decided yet; `trouble`: it did not
 * come to pass, or somebody must do something; `info`: worth knowing.
 */
export type Tone = "sure" | "waiting" | "trouble" | "info";

/** The icon of each tone: colour alone says nothing to many people. */
export const TONE_ICONS: Readonly<Record<Tone, IconNode>> = {
  sure: CircleCheck,
  waiting: Clock,
  trouble: TriangleAlert,
  info: Info,
};

export interface BadgeProps {
  /** left out: grey, and no icon unless one is given */
  readonly tone?: Tone | undefined;
  /** another icon than the tone's */
  readonly icon?: IconNode | undefined;
  readonly children: ComponentChildren;
}

/** A word or two on how something stands. */
export function Badge({ tone, icon, children }: BadgeProps): VNode {
  const shown = icon ?? (tone && TONE_ICONS[tone]);
  return (
    <span class="badge" data-tone={tone}>
      {shown && <Icon of={shown} />}
      {children}
    </span>
  );
}

export interface BannerProps {
  readonly tone: Tone;
  readonly icon?: IconNode | undefined;
  readonly children: ComponentChildren;
  /** buttons */
  readonly actions?: ComponentChildren;
  /** read out at once when it appears: for what cannot wait. Otherwise it is read when the reader has finished. `false`: not read out by itself */
  readonly urgent?: boolean | undefined;
}

/** What concerns the whole page, above it. */
export function Banner({ tone, icon, children, actions, urgent }: BannerProps): VNode {
  const isLoud = urgent === true || (urgent === undefined && tone === "trouble");
  return (
    <div class="banner" data-tone={tone} role={urgent === false ? undefined : isLoud ? "alert" : "status"}>
      <Icon of={icon ?? (tone === "trouble" ? CircleAlert : TONE_ICONS[tone])} />
      <div class="words">{children}</div>
      {actions}
    </div>
  );
}
