import { Button, NumberInput, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { components } from '~/api/schema';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed, type Deed } from '../shared/use-deed';
import styles from './customer.module.css';
import { digitsOf, minorOf, moneyText } from './money';
import type { PartProps } from './points';
import { useCurrency } from './use-customer';

type Earned = components['schemas']['Earned'];
type TakenBack = components['schemas']['TakenBack'];

interface FoldedProps {
  /** The part of the texts and of the test ids that is its own. */
  readonly name: 'purchase' | 'refund' | 'adjust';
  readonly deed: Deed;
  readonly off: boolean;
  /** Whether what was entered can be sent. */
  readonly ready: boolean;
  readonly onSend: () => void;
  readonly children: ReactNode;
}

/** A form that is unfolded by its name. */
export function Folded({ name, deed, off, ready, onSend, children }: FoldedProps) {
  const { t } = useTranslation('customer');
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (ready && !off) onSend();
  };
  const dead = !ready || off;
  return (
    <details className={styles.more} data-testid={`customer-${name}`}>
      <summary>{t(`${name}.title`)}</summary>
      <form onSubmit={submit} noValidate className={styles.form}>
        <Refusal error={deed.error} label={(field) => t(`${name}.${field}`, { defaultValue: field })} />
        <p className={styles.hint}>{t(`${name}.how`)}</p>
        {children}
        <Button type="submit" loading={deed.busy} aria-disabled={dead} data-disabled={dead || undefined} data-testid={`customer-${name}-send`}>
          {t(`${name}.send`)}
        </Button>
      </form>
    </details>
  );
}

interface MoneyProps {
  readonly label: string;
  readonly value: number | string;
  readonly fault: string | undefined;
  readonly currency: string | undefined;
  readonly testId: string;
  readonly onChange: (value: number | string) => void;
}

function Money({ label, value, fault, currency, testId, onChange }: MoneyProps) {
  return <NumberInput label={label} min={0} hideControls decimalScale={currency === undefined ? 0 : digitsOf(currency)} rightSection={currency} rightSectionWidth={56} disabled={currency === undefined} value={value} error={fault} data-field="amount" onChange={onChange} data-testid={testId} />;
}

/** Points for something that was bought at another till, by the number of its receipt. */
export function Purchase({ id, off, onDone }: PartProps) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const currency = useCurrency();
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const [amount, setAmount] = useState<number | string>('');
  const [reference, setReference] = useState('');
  const minor = currency === undefined ? null : minorOf(amount, currency);
  const send = () =>
    deed.run(
      () => api.post<Earned>(`${base}/points/purchases`, { customer_id: id, amount: minor, reference: reference.trim() }, { retries: 2 }),
      ({ transaction }) => {
        setAmount('');
        setReference('');
        onDone(transaction === null ? t('purchase.nothing') : t('purchase.done', { count: transaction.points_change }));
      },
    );
  return (
    <Folded name="purchase" deed={deed} off={off} ready={minor !== null && minor > 0 && reference.trim() !== ''} onSend={send}>
      <Money label={t('purchase.amount')} value={amount} fault={faults['amount']} currency={currency} onChange={setAmount} testId="customer-purchase-amount" />
      <TextInput label={t('purchase.reference')} autoComplete="off" dir="auto" maxLength={100} value={reference} error={faults['reference']} data-field="reference" onChange={(e) => setReference(e.currentTarget.value)} data-testid="customer-purchase-reference" />
    </Folded>
  );
}

/** The points of a purchase go back when it is refunded, whole or in part. */
export function Refund({ id, off, onDone }: PartProps) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const currency = useCurrency();
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const [reference, setReference] = useState('');
  const [amount, setAmount] = useState<number | string>('');
  const [refund, setRefund] = useState('');
  const minor = currency === undefined ? null : minorOf(amount, currency);
  const words = ({ transaction, points, amount_left: left }: TakenBack) => {
    // A receipt says whose it is: it may be another customer's than the one on the screen.
    const whose = points.customer_id !== null && points.customer_id !== id ? ` ${t('refund.other')}` : '';
    if (transaction === null) return t('refund.nothing') + whose;
    const rest = left === null || currency === undefined ? '' : ` ${t('refund.left', { amount: moneyText(left, currency) })}`;
    return t('refund.done', { count: -transaction.points_change }) + rest + whose;
  };
  const send = () =>
    deed.run(
      () =>
        api.post<TakenBack>(
          `${base}/points/purchases/refund`,
          { reference: reference.trim(), ...(minor !== null && { amount: minor }), ...(refund.trim() !== '' && { refund_reference: refund.trim() }) },
          { retries: 2 },
        ),
      (answer) => {
        setReference('');
        setAmount('');
        setRefund('');
        onDone(words(answer));
      },
    );
  return (
    <Folded name="refund" deed={deed} off={off} ready={reference.trim() !== '' && (minor === null || minor > 0)} onSend={send}>
      <TextInput label={t('refund.reference')} autoComplete="off" dir="auto" maxLength={100} value={reference} error={faults['reference']} data-field="reference" onChange={(e) => setReference(e.currentTarget.value)} data-testid="customer-refund-reference" />
      <Money label={t('refund.amount')} value={amount} fault={faults['amount']} currency={currency} onChange={setAmount} testId="customer-refund-amount" />
      <TextInput label={t('refund.refund_reference')} autoComplete="off" dir="auto" maxLength={100} value={refund} error={faults['refund_reference']} data-field="refund_reference" onChange={(e) => setRefund(e.currentTarget.value)} data-testid="customer-refund-number" />
    </Folded>
  );
}
