import { Alert, Badge, Button, Modal, Select, Stack, Table, TextInput } from '@mantine/core';
import { IconDeviceTv } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Device, Page } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { Fault, Loading, Message, useFaultText } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './admin.module.css';
import { useEntries } from './entry-list';
import { shown } from './nouns';

/** Kiosks and boards: pair one by the code that it shows, see when each was last heard of, let one go. */
export function DeviceList() {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const [pairing, setPairing] = useState(false);
  const devices = useQuery({ queryKey: ['devices', base], queryFn: () => api.get<Page<Device>>(`${base}/devices?limit=200`) });
  let body;
  if (devices.isError) body = <Fault error={devices.error} onRetry={() => void devices.refetch()} />;
  else if (devices.data === undefined) body = <Loading rows={3} />;
  else if (devices.data.items.length === 0) body = <Message title={t('device.never')} text={t('device.begin')} icon={<IconDeviceTv size={40} aria-hidden />} />;
  else {
    body = (
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('field.name')}</Table.Th>
              <Table.Th scope="col">{t('field.type')}</Table.Th>
              <Table.Th scope="col">{t('device.seen')}</Table.Th>
              <Table.Th scope="col">
                <span className="visually-hidden">{t('list.actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {devices.data.items.map((device) => (
              <DeviceRow key={device.id} device={device} onDone={() => void devices.refetch()} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    );
  }
  return (
    <section aria-label={t('noun.devices')}>
      <div className={styles.bar}>
        <div className={styles.search} />
        <Button onClick={() => setPairing(true)} data-testid="admin-pair-device">
          {t('device.pair')}
        </Button>
      </div>
      {body}
      <PairDialog opened={pairing} onClose={() => setPairing(false)} onDone={() => void devices.refetch()} />
    </section>
  );
}

function DeviceRow({ device, onDone }: { device: Device; onDone: () => void }) {
  const { t } = useTranslation('admin');
  const words = useFaultText();
  const base = useTenantPath();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const remove = () =>
    api
      .delete(`${base}/devices/${device.id}`)
      .then(() => {
        setAsking(false);
        onDone();
      })
      .catch(setError);
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{device.name}</bdi>
      </Table.Td>
      <Table.Td>{t(`type.${device.type}`, { defaultValue: device.type })}</Table.Td>
      <Table.Td>
        <Badge color={device.online === true ? 'ok' : 'gray'}>{device.online === true ? t('device.online') : t('device.silent')}</Badge>{' '}
        {device.last_seen != null && <span className="num">{clock(device.last_seen)}</span>}
      </Table.Td>
      <Table.Td>
        <Button variant="subtle" color="bad" size="sm" onClick={() => setAsking(true)}>
          {t('device.remove')}
        </Button>
        <Modal opened={asking} onClose={() => setAsking(false)} title={t('device.removeTitle', { name: device.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
          <Stack>
            <p>{t('device.removeCost')}</p>
            {error !== null && <span role="alert">{error instanceof ApiFault ? error.message : words(error).text}</span>}
            <Button color="bad" onClick={() => void remove()}>
              {t('device.removeTitle', { name: device.name })}
            </Button>
          </Stack>
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}

/** Letters that look alike are not in a code, so what was typed can be cleaned without a doubt. */
export function cleanCode(text: string): string {
  return text.toUpperCase().replace(/[^A-Z2-9]/g, '').slice(0, 8);
}

function PairDialog({ opened, onClose, onDone }: { opened: boolean; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('admin');
  const words = useFaultText();
  const base = useTenantPath();
  const sites = useEntries('/sites', opened);
  const [form, setForm] = useState({ code: '', name: '', type: 'display', site_id: '' });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const send = () => {
    setBusy(true);
    setError(null);
    api
      .post(`${base}/devices/pair`, form)
      .then(() => {
        setForm({ code: '', name: '', type: 'display', site_id: '' });
        onDone();
        onClose();
      })
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const faults = error instanceof ApiFault ? error.byField() : {};
  return (
    <Modal opened={opened} onClose={onClose} title={t('device.pair')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        <p>{t('device.how')}</p>
        {error !== null && (
          <Alert color="bad" role="alert" title={words(error).title}>
            {error instanceof ApiFault ? error.message : words(error).text}
          </Alert>
        )}
        <TextInput
          label={t('device.code')}
          dir="ltr"
          autoComplete="off"
          data-autofocus
          classNames={{ input: styles.code ?? '' }}
          error={faults['code']}
          value={form.code}
          onChange={(e) => setForm({ ...form, code: cleanCode(e.currentTarget.value) })}
        />
        <TextInput label={t('field.name')} error={faults['name']} value={form.name} onChange={(e) => setForm({ ...form, name: e.currentTarget.value })} />
        <Select
          label={t('field.type')}
          allowDeselect={false}
          data={['kiosk', 'display', 'till', 'printer'].map((value) => ({ value, label: t(`type.${value}`) }))}
          value={form.type}
          error={faults['type']}
          onChange={(type) => setForm({ ...form, type: type ?? 'display' })}
        />
        <Select
          label={t('field.site_id')}
          data={(sites.data?.items ?? []).map((s) => ({ value: s.id, label: shown(s['name']) }))}
          value={form.site_id === '' ? null : form.site_id}
          error={faults['site_id']}
          onChange={(id) => setForm({ ...form, site_id: id ?? '' })}
        />
        <Button loading={busy} disabled={form.code.length !== 8 || form.name.trim() === '' || form.site_id === ''} onClick={send}>
          {t('device.pair')}
        </Button>
      </Stack>
    </Modal>
  );
}
