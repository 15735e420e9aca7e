import { ActionIcon, Button, Group, Menu, Modal, Stack } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Counter, Floor, Member } from '~/api/shapes';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';

interface Props {
  readonly counter: Counter;
  readonly floor: Floor;
  readonly cut: boolean;
  readonly onDone: () => void;
}

/** Opens and closes a counter and sends somebody there; asks before anybody loses their seat. */
export function CounterMenu({ counter, floor, cut, onDone }: Props) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const user = useUser();
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<'close' | Member | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const sends = may(user, 'staff:write');
  const members = useEntries<Member>('/members', open && sends);
  const roles = useEntries<{ name: string; scopes: string[] }>('/roles', open && sends);
  if (!may(user, 'counters:write')) return null;
  const run = async (work: Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work;
      setAsked(null);
      onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const put = (status: 'open' | 'closed') => run(api.put(`${base}/counters/${counter.id}`, { status }));
  const send = (member: Member) => run(api.post(`${base}/counters/${counter.id}/assign-staff`, { staff_id: member.user_id }));
  const seats = new Map(floor.agents.map((agent) => [agent.id, agent.counter_number]));
  const serving = new Set((roles.data ?? []).filter((role) => role.scopes.includes('tickets:serve')).map((role) => role.name));
  const others = (members.data ?? [])
    .filter((m) => m.status === 'active' && m.user_id !== counter.agent?.id && m.roles.some((role) => serving.has(role)))
    .filter((m) => m.sites.length === 0 || m.sites.includes(counter.site_id))
    .sort((a, b) => Number(seats.has(a.user_id)) - Number(seats.has(b.user_id)) || a.user.name.localeCompare(b.user.name));
  const moving = asked !== null && asked !== 'close' ? asked : null;
  return (
    <>
      <Menu opened={open} onChange={setOpen} position="bottom-end" width={300}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('menu.of', { number: counter.number })} disabled={cut} data-testid={`floor-counter-${counter.number}`}>
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          {counter.status === 'closed' ? (
            <Menu.Item onClick={() => void put('open')}>{t('menu.open', { number: counter.number })}</Menu.Item>
          ) : (
            <Menu.Item color="bad" onClick={() => (counter.agent === null && counter.holding === 0 ? void put('closed') : setAsked('close'))}>
              {t('menu.close', { number: counter.number })}
            </Menu.Item>
          )}
          {sends && others.length > 0 && (
            <>
              <Menu.Divider />
              <Menu.Label>{t('menu.send')}</Menu.Label>
              {others.map((member) => {
                const at = seats.get(member.user_id);
                return (
                  <Menu.Item
                    key={member.id}
                    rightSection={at == null ? undefined : <span className="num">{t('menu.sitsAt', { number: at })}</span>}
                    onClick={() => (at == null && counter.agent === null ? void send(member) : setAsked(member))}
                  >
                    <bdi>{member.user.name}</bdi>
                  </Menu.Item>
                );
              })}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asked !== null || error !== null}
        onClose={() => {
          setAsked(null);
          setError(null);
        }}
        title={moving === null ? t('menu.closeTitle', { number: counter.number }) : t('menu.sendTitle', { name: moving.user.name, number: counter.number })}
        closeButtonProps={{ 'aria-label': t('common:action.close') }}
      >
        <Stack>
          <Refusal error={error} />
          {moving !== null && seats.get(moving.user_id) != null && <p>{t('menu.leaves', { name: moving.user.name, number: seats.get(moving.user_id) })}</p>}
          {counter.agent !== null && <p>{t('menu.loses', { name: counter.agent.name, number: counter.number })}</p>}
          {counter.holding > 0 && <p>{t('menu.stays', { count: counter.holding, number: counter.number })}</p>}
          {asked !== null && (
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsked(null)}>
                {t('common:action.cancel')}
              </Button>
              <Button data-autofocus color={moving === null ? 'bad' : 'usher'} loading={busy} onClick={() => void (moving === null ? put('closed') : send(moving))}>
                {moving === null ? t('menu.close', { number: counter.number }) : t('menu.sendName', { name: moving.user.name, number: counter.number })}
              </Button>
            </Group>
          )}
        </Stack>
      </Modal>
    </>
  );
}
