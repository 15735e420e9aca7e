/** Usher's own mark: a ticket whose corner points onwards. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="#0B5A8C" />
      <path d="M7 10h18v3.6a2.4 2.4 0 0 0 0 4.8V22H7v-3.6a2.4 2.4 0 0 0 0-4.8z" fill="#fff" />
      <path d="M13.4 12.6 17.8 16l-4.4 3.4" fill="none" stroke="#0B5A8C" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
