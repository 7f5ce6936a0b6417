import type { ComponentChildren, VNode } from "preact";
import { AppBar, type AppBarProps, Frame, NavBar, type NavBarProps } from "../bars.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { Notices } from "./notices.tsx";
import { StatusLine } from "./status-line.tsx";

export interface ShellFrameProps extends Pick<AppBarProps, "title" | "place" | "back" | "actions"> {
  readonly nav?: NavBarProps | undefined;
  /** for screens with columns */
  readonly wide?: boolean | undefined;
  /** more in the account's menu: links, settings of the app */
  readonly menu?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A screen of the app: its heading with the status below, the account's menu, what concerns everything (sign in again), content, navigation. */
export function ShellFrame(props: ShellFrameProps): VNode {
  const { title, place, back, actions, nav, wide, menu, children } = props;
  return (
    <Frame
      wide={wide}
      bar={
        <AppBar
          title={title}
          place={place}
          back={back}
          below={<StatusLine />}
          actions={
            <>
              {actions}
              <AccountMenu>{menu}</AccountMenu>
            </>
          }
        />
      }
      nav={nav && <NavBar {...nav} />}
    >
      <div class="stack">
        <Notices />
        {children}
      </div>
    </Frame>
  );
}
