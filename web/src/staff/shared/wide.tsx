import { Table, type TableScrollContainerProps } from '@mantine/core';

interface Props extends TableScrollContainerProps {
  /** What is in it, for who comes to it by keyboard. */
  readonly label: string;
}

/** Room for a table that may be wider than the screen: it scrolls sideways by itself, also by the arrow keys. */
export function Wide({ label, ...props }: Props) {
  return <Table.ScrollContainer {...props} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': label } }} />;
}
