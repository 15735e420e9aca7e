import { Alert } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault, Loading } from '~/shared/states';
import { useOnline } from '../shared/use-online';
import { History } from './history';
import { PointsCard } from './points';
import { Kept, Rewards } from './rewards';
import { useKept, useOwnPoints, useProgramme, useRewards } from './use-wallet';
import { Appointments, InLine, Visits } from './visits';
import styles from './wallet.module.css';

/** What somebody has here: points, rewards, appointments, tickets. */
export default function WalletPage() {
  const { t } = useTranslation('wallet');
  const online = useOnline();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  return (
    <div className={styles.page}>
      <h1>{t('title')}</h1>
      {!online && (
        <Alert variant="default" role="status" icon={<IconCloudOff size={20} />} title={t('offlineTitle')}>
          {t('offline')}
        </Alert>
      )}
      <InLine />
      <Loyalty cut={!online} />
      <Appointments cut={!online} />
      <Visits />
    </div>
  );
}

/** Points and what they are good for; nothing of it where the organisation gives none. */
function Loyalty({ cut }: { cut: boolean }) {
  const points = useOwnPoints();
  const programme = useProgramme();
  const rewards = useRewards();
  const kept = useKept();
  const all = [points, programme, rewards, kept];
  const failed = all.find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) return <Fault error={failed.error} onRetry={() => all.forEach((query) => void query.refetch())} />;
  if (points.data === undefined || programme.data === undefined || rewards.data === undefined || kept.data === undefined) return <Loading rows={5} />;
  const given = programme.data.active || rewards.data.length > 0 || points.data.lifetime > 0;
  if (!given) return null;
  return (
    <>
      <Kept kept={kept.data} rewards={rewards.data} cut={cut} />
      <PointsCard points={points.data} programme={programme.data} />
      <Rewards rewards={rewards.data} available={points.data.available} cut={cut} />
      <History />
    </>
  );
}
