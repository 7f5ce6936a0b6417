/**
 * The design system of the example apps: tokens in `style.css`, components here. Texts are the app's; nothing here speaks a language of its own.
 *
 * @packageDocumentation
 */
export { Badge, type BadgeProps, Banner, type BannerProps, type Tone, TONE_ICONS } from "./badge.tsx";
export { AppBar, type AppBarProps, Frame, type FrameProps, NavBar, type NavBarProps } from "./bars.tsx";
export { Bubble, type BubbleProps } from "./bubble.tsx";
export { Button, type ButtonProps, IconButton, type IconButtonProps } from "./button.tsx";
export { Card, type CardProps } from "./card.tsx";
export { Dialog, type DialogProps } from "./dialog.tsx";
export {
  CheckField,
  type CheckFieldProps,
  ChoiceField,
  type ChoiceFieldProps,
  Field,
  FieldError,
  type FieldProps,
  focusFirstWrong,
  SelectField,
  type SelectFieldProps,
  TextField,
  type TextFieldProps,
} from "./field.tsx";
export { Icon, type IconNode, type IconProps } from "./icon.tsx";
export { Face, List, ListItem, type ListItemProps, type ListProps } from "./list.tsx";
export {
  AllSent,
  BrokenBridge,
  EmptyCalendar,
  EmptyChat,
  EmptyPage,
  Mark,
  NobodyFound,
  NoConnection,
  type Picture,
} from "./pictures.tsx";
export { PinPad, type PinPadProps } from "./pin-pad.tsx";
export {
  SheetGrid,
  type SheetGridProps,
  SlotCell,
  type SlotCellProps,
  Slots,
  type SlotState,
} from "./sheet.tsx";
export { Busy, type BusyProps, EmptyState, ErrorState, type StateProps } from "./states.tsx";
export { Tabs, type TabsProps } from "./tabs.tsx";
export { type ToastText, Toasts, type ToastsProps, useToast } from "./toast.tsx";
export { SETTLES_MS, useSettled } from "./use-settled.ts";
