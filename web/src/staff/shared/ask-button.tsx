import { Button, type ButtonProps } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A second press that comes sooner is the first one's echo: nobody has read the question yet. */
const ECHO_MS = 500;

/** The dialog around it stays open: Escape is the question's. */
const HELD = { 'data-mantine-stop-propagation': true } as const;

interface Props extends Omit<ButtonProps, 'children'> {
  readonly children: ReactNode;
  /** What the second press does, in words that name the thing: "Delete Monday's figures". */
  readonly yes: string;
  readonly onYes: () => void;
  /** What the first press asks about, where the words on the button do not say it. */
  readonly label?: string;
  readonly busy?: boolean;
  /** Nothing can be done now. */
  readonly off?: boolean;
  readonly testId: string;
}

/**
 * A button for what cannot be undone: the first press asks, the second does it. Escape, the other button or leaving
 * takes the question back.
 */
export function AskButton({ children, yes, onYes, label, busy = false, off = false, testId, ...button }: Props) {
  const { t } = useTranslation('staff');
  const [asked, setAsked] = useState(false);
  const [read, setRead] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useEffect(() => {
    if (!asked) {
      // Whoever thinks better of it goes on where they were.
      if (back.current) first.current?.focus();
      back.current = false;
      return undefined;
    }
    keep.current?.focus();
    const timer = setTimeout(() => setRead(true), ECHO_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const close = (focus: boolean) => {
    back.current = focus;
    setAsked(false);
    setRead(false);
  };
  if (!asked) {
    return (
      <Button variant="default" {...button} ref={first} loading={busy} aria-label={label} aria-disabled={off} data-disabled={off || undefined} onClick={() => !off && setAsked(true)} data-testid={testId}>
        {children}
      </Button>
    );
  }
  return (
    <span
      role="group"
      aria-label={yes}
      className="staff-ask"
      onKeyDown={(e) => {
        if (e.key === 'Escape') close(true);
      }}
      onBlur={(e) => {
        // Without a target nothing else was chosen: some browsers give no focus to what is pressed.
        if (e.relatedTarget !== null && !e.currentTarget.contains(e.relatedTarget)) close(false);
      }}
    >
      <Button ref={keep} variant="default" onClick={() => close(true)} {...HELD} data-testid={`${testId}-keep`}>
        {t('ask.keep')}
      </Button>
      <Button
        color="bad"
        {...HELD}
        aria-disabled={!read || off}
        onClick={() => {
          if (!read || off) return;
          close(false);
          onYes();
        }}
        data-testid={`${testId}-yes`}
      >
        {yes}
      </Button>
    </span>
  );
}
