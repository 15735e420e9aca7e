import { IconAccessible, IconCalendarCheck, IconListNumbers, IconQrcode } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ServiceCard } from '~/api/shapes';
import { asked, useNeeds } from '~/shared/needs';

/** What a kiosk offers to those who booked. */
export interface BookingDoors {
  /** By the code that is typed. */
  readonly onType: () => void;
  /** By the camera; nothing where there is none. */
  readonly onScan: (() => void) | null;
}

/** "I have a booking": beside the tiles, or in the lowest row of a small panel. */
export function BookingButtons({ doors, className }: { doors: BookingDoors; className: string | undefined }) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <button type="button" className={className} data-testid="kiosk-booking" onClick={doors.onType}>
        <IconCalendarCheck aria-hidden />
        {t('booking.open')}
      </button>
      {doors.onScan !== null && (
        <button type="button" className={className} data-testid="kiosk-scan" onClick={doors.onScan}>
          <IconQrcode aria-hidden />
          {t('booking.scan')}
        </button>
      )}
    </>
  );
}

/** What somebody asked for beside their ticket. */
export interface Wishes {
  /** What they need as they wait. */
  readonly needs: readonly string[];
  /** The services of their visit, where they chose several, in order. */
  readonly services: readonly ServiceCard[];
}

export const NO_WISHES: Wishes = { needs: [], services: [] };

/** The way to wishes, as the kiosk offers it. */
export interface WishesDoor {
  readonly help: boolean;
  readonly several: boolean;
  readonly needs: readonly string[];
  readonly onOpen: () => void;
}

/** "I need help", with what was asked for; beside the tiles, or in the lowest row of a small panel. */
export function WishesButton({ door, className }: { door: WishesDoor; className: string | undefined }) {
  const { t } = useTranslation('kiosk');
  const say = useNeeds();
  const Icon = door.help ? IconAccessible : IconListNumbers;
  const said = asked(door.needs);
  return (
    <button type="button" className={className} data-chosen={said !== undefined} data-testid="kiosk-wishes" onClick={door.onOpen}>
      <Icon aria-hidden />
      {said !== undefined ? say(said) : t(door.help ? (door.several ? 'wishes.both' : 'wishes.help') : 'wishes.several')}
    </button>
  );
}
