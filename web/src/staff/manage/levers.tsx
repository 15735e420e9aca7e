import { ActionIcon, Button, Chip, Select, Slider } from '@mantine/core';
import { IconArrowBackUp, IconMinus, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Algorithm, Counter } from '~/api/shapes';
import { number } from '~/i18n/format';
import styles from './what-if.module.css';
import { ARRIVALS, AS_TODAY, changes, countOf, inOrder, isOpen, MOST_MORE, turned, withCount, type Wish } from './wish';

const ORDERS = ['fifo', 'priority', 'sla'] as const satisfies readonly Algorithm[];

interface Props {
  readonly wish: Wish;
  readonly counters: readonly Counter[];
  readonly onWish: (wish: Wish) => void;
}

/** What can be tried: how many counters and which, how many people come, and in which order they are called. */
export function Levers({ wish, counters, onWish }: Props) {
  const { t } = useTranslation('manage');
  const open = countOf(wish, counters);
  const turn = wish.arrivals - 100;
  const arrivals = turn === 0 ? t('whatIf.usual') : t(turn > 0 ? 'whatIf.moreCome' : 'whatIf.fewerCome', { percent: number(Math.abs(turn)) });
  return (
    <section className={styles.levers} aria-label={t('whatIf.try')}>
      <Lever
        name="counters"
        label={t('whatIf.counters')}
        value={open}
        text={t('whatIf.openOf', { open: number(open), all: number(counters.length) })}
        max={counters.length + MOST_MORE}
        step={1}
        onChange={(count) => onWish(withCount(wish, counters, count))}
      />
      <div role="group" aria-label={t('whatIf.which')} className={styles.which}>
        {inOrder(counters).map((counter) => (
          <Chip key={counter.id} checked={isOpen(wish, counter)} onChange={(on) => onWish(turned(wish, counter, on))} size="md" variant="outline" styles={{ label: { blockSize: 44 } }} data-testid={`what-if-counter-${counter.number}`}>
            <bdi>{t('whatIf.counter', { number: counter.number })}</bdi>
          </Chip>
        ))}
        {wish.more > 0 && <span className={styles.quiet}>{t('whatIf.beyond', { number: number(wish.more) })}</span>}
      </div>
      <Lever
        name="arrivals"
        label={t('whatIf.arrivals')}
        value={wish.arrivals}
        text={arrivals}
        min={ARRIVALS.min}
        max={ARRIVALS.max}
        step={ARRIVALS.step}
        onChange={(percent) => onWish({ ...wish, arrivals: percent })}
      />
      <div className={styles.last}>
        <Select
          label={t('whatIf.order')}
          data={[{ value: '', label: t('whatIf.orderNow') }, ...ORDERS.map((order) => ({ value: order, label: t(`whatIf.orders.${order}`) }))]}
          value={wish.algorithm ?? ''}
          allowDeselect={false}
          onChange={(order) => onWish({ ...wish, algorithm: ORDERS.find((one) => one === order) ?? null })}
          data-testid="what-if-order"
        />
        <Button variant="default" leftSection={<IconArrowBackUp size={20} className="mirror" aria-hidden />} aria-disabled={!changes(wish)} data-disabled={!changes(wish) || undefined} onClick={() => onWish(AS_TODAY)} data-testid="what-if-reset">
          {t('whatIf.reset')}
        </Button>
      </div>
    </section>
  );
}

interface LeverProps {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  /** The value as a person says it. */
  readonly text: string;
  readonly min?: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

/** A slider with its value in words; what is dragged can also be pressed, step by step. */
function Lever({ name, label, value, text, min = 0, max, step, onChange }: LeverProps) {
  const { t } = useTranslation('manage');
  const id = useId();
  const to = (next: number) => onChange(Math.min(max, Math.max(min, next)));
  return (
    <div className={styles.lever} data-testid={`what-if-${name}`}>
      <div className={styles.leverHead}>
        <span id={id}>{label}</span>
        <strong className="num" data-testid={`what-if-${name}-value`}>
          {text}
        </strong>
      </div>
      <div className={styles.leverRow}>
        <ActionIcon variant="default" size={44} aria-label={t('whatIf.less', { of: label })} aria-disabled={value <= min} onClick={() => to(value - step)}>
          <IconMinus size={20} aria-hidden />
        </ActionIcon>
        <Slider
          className={styles.slider ?? ''}
          value={value}
          min={min}
          max={max}
          step={step}
          onChange={to}
          size="lg"
          thumbSize={28}
          label={null}
          thumbValueText={text}
          thumbProps={{ 'aria-labelledby': id }}
        />
        <ActionIcon variant="default" size={44} aria-label={t('whatIf.more', { of: label })} aria-disabled={value >= max} onClick={() => to(value + step)}>
          <IconPlus size={20} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}
