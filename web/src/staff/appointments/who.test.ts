import { expect, it } from 'vitest';
import { NOBODY, saidOf, whoOf } from './who';

it('says nothing where nothing was written', () => {
  expect(saidOf({ ...NOBODY, name: '  Ana ', phone: ' ' })).toEqual({ name: 'Ana', phone: null, email: null, notes: null, party_size: 1 });
});

it('begins a change with what is there', () => {
  const booked = { name: 'Ana', phone: null, email: 'ana@home.example', notes: null, party_size: 2 };
  expect(saidOf(whoOf(booked))).toEqual(booked);
});
