/** A ticket's number: a picture, left to right in every language, never translated. */
export function TicketNumber({ number, className, testId }: { number: string; className?: string; testId?: string }) {
  return (
    <bdi dir="ltr" translate="no" className={`code ${className ?? ''}`} data-testid={testId}>
      {number}
    </bdi>
  );
}
