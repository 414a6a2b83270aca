/** The line by which a port register's sheet names its port: the only one of the function. */
export const PORT_INDEX = '00: local_port[23:16]!1-1, lp_msb[13:12]!0';

/** The line by which a PCIe register's sheet names its link: the only one of the device. */
export const PCIE_INDEX = '00: DPNv[30]!1, depth[29:24]!0, pcie_index[23:16]!0, node[15:8]!0';

/** One line, or several, for each of `count` elements of an array. */
export function eachOf(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

/** A byte offset as sheets write it. */
export function at(offsetBytes: number): string {
  return offsetBytes.toString(16);
}
