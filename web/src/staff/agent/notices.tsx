import { Alert, Button } from '@mantine/core';
import { IconBellOff, IconCloudOff, IconCoffee, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Console } from '~/api/shapes';
import { useRefusalText } from '~/shared/states';
import { Refusal } from '../shared/refusal';
import styles from './agent.module.css';
import { useReason } from './break-menu';
import type { AgentConsole } from './use-console';
import { useNamed } from '../shared/use-named';

/** What the agent must know before pressing anything: a cut line, a refusal, a lost race, a silent board, a break. */
export function Notices({ console, data, cut }: { console: AgentConsole; data: Console; cut: boolean }) {
  const { t } = useTranslation('agent');
  const named = useNamed();
  const inWords = useReason();
  const refusal = useRefusalText(true);
  const { lost } = console;
  const call = data.announcement;
  const reason = data.agent.pause_reason;
  return (
    <div className={styles.notices}>
      {cut && (
        <Alert variant="default" role="status" icon={<IconCloudOff size={20} />} title={t('notice.offlineTitle')} data-testid="agent-offline">
          {t('notice.offline')}
        </Alert>
      )}
      {!cut && <Refusal error={console.refusal} onClose={console.dismiss} quiet />}
      {lost !== null && (
        <Alert color="usher" role="status" icon={<IconInfoCircle size={20} />} withCloseButton closeButtonLabel={t('common:action.close')} onClose={console.dismiss} data-testid="agent-lost">
          {lost.got === null ? t('notice.lostAll', { number: lost.number, counter: lost.counter }) : t('notice.lost', { number: lost.number, counter: lost.counter, got: lost.got })}
        </Alert>
      )}
      {call !== null && (call.blocked || call.unheard) && (
        <Alert color="warn" role="status" icon={<IconBellOff size={20} />} title={t('notice.unheardTitle', { number: call.number })} data-testid="agent-unheard">
          {t('notice.unheard')}
          {call.unheard_at.length > 0 && <bdi> · {call.unheard_at.join(' · ')}</bdi>}
        </Alert>
      )}
      {data.stopped_visits.map((visit) => (
        <Alert key={visit.ticket_id} color="warn" data-testid="agent-visit-stopped" title={t('notice.visitTitle', { service: named(visit.step.service_name), number: visit.number })}>
          <p>{refusal(visit.step.code, visit.step.reason)}</p>
          <Button size="compact-md" variant="default" disabled={cut} onClick={() => void console.act(`/tickets/${visit.ticket_id}/continue_visit`)}>
            {t('notice.visitIssue', { service: named(visit.step.service_name) })}
          </Button>
        </Alert>
      ))}
      {data.agent.status === 'paused' && (
        <Alert variant="default" icon={<IconCoffee size={20} />} title={reason === null ? t('notice.break') : t('notice.breakFor', { reason: inWords(reason) })} />
      )}
    </div>
  );
}
