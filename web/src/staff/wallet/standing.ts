import type { Points, Reward } from '~/api/shapes';

/** How far somebody is on the way to the next level: what is missing, and the way from the last one in percent. */
export function toNext({ lifetime, tier, next_tier: next }: Points): { missing: number; percent: number } | null {
  if (next == null) return null;
  const from = tier?.from_points ?? 0;
  const way = Math.max(1, next.from_points - from);
  return { missing: Math.max(0, next.from_points - lifetime), percent: Math.min(100, Math.max(0, ((lifetime - from) / way) * 100)) };
}

/** Why a reward cannot be had now; null where it can. */
export function standsInTheWay(reward: Pick<Reward, 'available' | 'stock' | 'points_required'>, available: number): 'gone' | 'later' | 'points' | null {
  if (reward.stock === 0) return 'gone';
  if (!reward.available) return 'later';
  return available < reward.points_required ? 'points' : null;
}
