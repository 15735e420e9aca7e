import { useState, type FormEvent } from 'react';
import { ApiFault } from '~/api/fault';
import { useFieldFaults } from '../shared/refusal';
import type { Entry } from '../shared/use-entries';
import type { Conflict } from './conflict';
import { useLeaving } from './leaving';
import { changesOf, merged, same, startOf, type FieldSpec, type Values } from './nouns';

interface Edited<T> {
  readonly form: { readonly fields: readonly FieldSpec[] };
  /** What the form begins with; null where something is created. */
  readonly read: T | null;
  /** What the form asks for, in what was read. */
  readonly entryOf: (read: T) => Entry;
  /** Reads what somebody else saved first. */
  readonly again: () => Promise<T>;
  readonly onClose?: () => void;
}

/**
 * A form's work on one thing: what stands in it, what that changes, what was refused. Leaving with changes asks; a
 * change that somebody else made first is not overwritten, both stand in `conflict` to choose from.
 */
export function useEditing<T>({ form, read, entryOf, again, onClose = () => undefined }: Edited<T>) {
  // What the form was begun with: as it was read, or as somebody else has saved it since.
  const [known, setKnown] = useState(read);
  const start = startOf(form, known === null ? null : entryOf(known));
  const [now, setNow] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const leaving = useLeaving(!same(start, now) && !busy, onClose);
  const meet = async () => {
    const saved = await again();
    const theirs = startOf(form, entryOf(saved));
    const { values, clashes, taken } = merged(form, start, now, theirs);
    setKnown(saved);
    setNow(values);
    setConflict({ clashes, taken, theirs });
  };
  /** Sends something, one thing at a time; what is refused stands in `error`. */
  const run = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    setConflict(null);
    try {
      await work();
    } catch (fault) {
      if (fault instanceof ApiFault && fault.status === 412) await meet().catch(setError);
      else setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return {
    known,
    setKnown,
    now,
    set: (name: string, value: unknown) => setNow((all): Values => ({ ...all, [name]: value })),
    discard: () => setNow(start),
    changes: changesOf(form, start, now, known === null),
    error,
    setError,
    faults,
    conflict,
    busy,
    leaving,
    run,
    /** What the form does when it is sent. */
    onSubmit: (work: () => Promise<void>) => (e: FormEvent) => {
      e.preventDefault();
      void run(work);
    },
  };
}

/** The header that refuses a change where somebody else was first. */
export function ifMatch(version: unknown): { headers: Record<string, string> } {
  return { headers: typeof version === 'number' ? { 'if-match': `"${version}"` } : {} };
}
