import type { Customer } from '~/api/shapes';

/** What a person is called in a list: by name, else by number or address. */
export function calledBy({ name, phone, email }: Pick<Customer, 'name' | 'phone' | 'email'>): string {
  return name !== '' ? name : (phone ?? email ?? '–');
}
