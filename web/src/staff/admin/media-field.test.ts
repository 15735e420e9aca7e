import { expect, it } from 'vitest';
import { kindOf, moved, withMember } from './media-field';

it('knows a film by how its address ends, unless somebody says what it is', () => {
  expect(kindOf({ url: '/files/a.png' })).toBe('image');
  expect(kindOf({ url: 'https://x.example/a.MP4?v=2' })).toBe('video');
  expect(kindOf({ url: '/files/7', kind: 'video' })).toBe('video');
  expect(kindOf({ url: '/files/a.mp4', kind: 'image' })).toBe('image');
});

it('keeps what is not said out of the set-up', () => {
  const item = { url: '/a.png', seconds: 9, alt: 'The hall' };
  expect(withMember(item, 'alt', '')).toEqual({ url: '/a.png', seconds: 9 });
  expect(withMember(item, 'seconds', null)).toEqual({ url: '/a.png', alt: 'The hall' });
  expect(withMember(item, 'kind', 'video')).toEqual({ ...item, kind: 'video' });
  expect(withMember(item, 'url', '')).toEqual({ ...item, url: '' });
  expect(withMember(item, 'url', '/b.png')).toEqual({ ...item, url: '/b.png' });
});

it('says of a film that it is one, and follows another address unless somebody chose', () => {
  expect(moved({ url: '' }, '/a.mp4')).toEqual({ url: '/a.mp4', kind: 'video' });
  expect(moved({ url: '/a.mp4', kind: 'video' }, '/b.png')).toEqual({ url: '/b.png' });
  expect(moved({ url: '/files/7', kind: 'video' }, '/files/8')).toEqual({ url: '/files/8', kind: 'video' });
});
