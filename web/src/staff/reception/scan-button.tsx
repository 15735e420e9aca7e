import { Button, Modal } from '@mantine/core';
import { IconQrcode } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCamera } from '~/shared/use-camera';
import styles from './reception.module.css';

/** Reads codes with the device's camera; the reader itself is fetched when somebody wants it. */
export function ScanButton({ what = 'ticket', onCode }: { readonly what?: 'ticket' | 'reward'; readonly onCode: (text: string) => void }) {
  const { t } = useTranslation('reception');
  const [open, setOpen] = useState(false);
  if (!('mediaDevices' in navigator)) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconQrcode size={20} />} onClick={() => setOpen(true)} data-testid={what === 'ticket' ? 'reception-scan' : 'reward-scan'}>
        {t('scan.open')}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t(what === 'ticket' ? 'scan.title' : 'reward.scanTitle')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {open && (
          <Camera
            how={t(what === 'ticket' ? 'scan.how' : 'reward.scanHow')}
            onCode={(text) => {
              setOpen(false);
              onCode(text);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function Camera({ how, onCode }: { how: string; onCode: (text: string) => void }) {
  const { t } = useTranslation('reception');
  const { video, blind } = useCamera('environment', onCode);
  if (blind) return <p role="alert">{t('scan.blind')}</p>;
  return (
    <>
      <p>{how}</p>
      <video ref={video} className={styles.camera} muted playsInline data-testid="reception-camera" />
    </>
  );
}
