import { number } from '~/i18n/format';

/** How many digits stand behind the point of a currency: two for euros, none for yen, three for dinars. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount as people write it, in minor units as the API counts: 12.5 euros are 1250; null where it is none. */
export function minorOf(amount: number | string, currency: string): number | null {
  const value = typeof amount === 'number' ? amount : amount.trim() === '' ? Number.NaN : Number(amount);
  return Number.isFinite(value) ? Math.round(value * 10 ** digitsOf(currency)) : null;
}

/** Minor units as the reader writes them: "€12.50". */
export function moneyText(minor: number, currency: string): string {
  return number(minor / 10 ** digitsOf(currency), { style: 'currency', currency });
}
