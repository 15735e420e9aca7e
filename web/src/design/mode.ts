import { useEffect } from 'react';
import { nearestPassing, textOn } from './contrast';

/** The person's choice of appearance; absent means the system's. */
export type Theme = 'system' | 'light' | 'dark';

const STORE = 'usher.theme';
const listeners = new Set<() => void>();

/** The choice kept on this device. */
export function theme(): Theme {
  try {
    const kept = localStorage.getItem(STORE);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

function apply(choice: Theme): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

/** Changes the appearance now and for the next visits. */
export function setTheme(choice: Theme): void {
  apply(choice);
  try {
    if (choice === 'system') localStorage.removeItem(STORE);
    else localStorage.setItem(STORE, choice);
  } catch {
    // Forbidden storage: the choice lasts as long as the page.
  }
  for (const f of listeners) f();
}

/** Applies the kept choice; call before the first render. */
export function startTheme(): void {
  apply(theme());
}

/** Calls `f` after every change; returns how to stop that. */
export function whenThemeChanges(f: () => void): () => void {
  listeners.add(f);
  return () => listeners.delete(f);
}

const dark = () => window.matchMedia('(prefers-color-scheme: dark)');

/** Light or dark as it is shown now. */
export function shownTheme(): 'light' | 'dark' {
  const choice = theme();
  if (choice !== 'system') return choice;
  return dark().matches ? 'dark' : 'light';
}

/** What a device screen adds for the person in front of it; wiped with the person. */
export function setModes(modes: { contrast?: boolean; large?: boolean }): void {
  const { dataset } = document.documentElement;
  if (modes.contrast === true) dataset.contrast = 'high';
  else if (modes.contrast === false) delete dataset.contrast;
  if (modes.large === true) dataset.print = 'large';
  else if (modes.large === false) delete dataset.print;
}

/** Shows a tenant's own colour (`--brand`) while the component is mounted, in the nearest shade that carries text. */
export function useBrand(colour: string | null | undefined): void {
  useEffect(() => {
    if (colour == null || !/^#[0-9a-f]{6}$/i.test(colour)) return undefined;
    const shade = nearestPassing(colour);
    const { style } = document.documentElement;
    style.setProperty('--brand', shade);
    style.setProperty('--on-brand', textOn(shade).text);
    return () => {
      style.removeProperty('--brand');
      style.removeProperty('--on-brand');
    };
  }, [colour]);
}
