/**
 * What `lspci -vvv -xxxx` prints of one function.
 *
 * @typedef {object} Printed
 * @property {Buffer} bytes its configuration space
 * @property {string} head what comes before the capabilities
 * @property {Map<number, { title: string, version: number, text: string }>} capabilities by where they stand
 */

/** @param {string} text @returns {Printed} */
export function parseLspci(text) {
  const lines = text.split('\n');
  const bytes = Buffer.from(lines.flatMap((line) => /^[0-9a-f]{2,3}: ((?:[0-9a-f]{2} ?)+)$/.exec(line)?.[1]?.trim().split(' ') ?? []).join(''), 'hex');
  const words = lines.filter((line) => !/^[0-9a-f]{2,3}: /.test(line));
  const starts = words.flatMap((line, index) => (/^\tCapabilities: \[/.test(line) ? [index] : []));
  const capabilities = new Map(starts.map((start, index) => {
    const block = words.slice(start, starts[index + 1] ?? words.findIndex((line) => /^\tKernel/.test(line)));
    const [, place = '', version = '0', title = ''] = /\[([0-9a-f]+)(?: v(\d+))?\] (.*)$/.exec(block[0] ?? '') ?? [];
    return [Number.parseInt(place, 16), { title, version: Number(version), text: block.join('\n') }];
  }));
  return { bytes, head: words.slice(0, starts[0]).join('\n'), capabilities };
}

/** @typedef {import('./channel.ts').ReadRegister['values'][string]} Value */

/**
 * A value of ours, and how lspci says the same: a pattern with one group, and what its text means.
 *
 * @typedef {readonly [register: string, path: string, pattern: RegExp, meaning: (text: string) => Value]} Row
 */

const number = (/** @type {string} */ text) => Number(text);
const hex = (/** @type {string} */ text) => Number.parseInt(text, 16);
const word = (/** @type {string} */ text) => text;
const bit = (/** @type {string} */ text) => (text === '+' ? 1 : 0);
const size = (/** @type {string} */ text) => `${text}B`;

/**
 * Single bits that lspci prints as `Name+` or `Name-` in a line.
 *
 * @param {string} register @param {string} line @param {Readonly<Record<string, string>>} names ours by its own
 * @returns {Row[]}
 */
function bits(register, line, names) {
  return Object.entries(names).map(([path, name]) => [register, path, new RegExp(`${line}:[^:]*?(?<![A-Za-z])${name}([+-])`), bit]);
}

/**
 * Flags: each of ours is one of its `Name+`.
 *
 * @param {string} register @param {string} path @param {string} line @param {Readonly<Record<string, string>>} names ours by its own
 * @returns {Row[]}
 */
function flags(register, path, line, names) {
  return Object.entries(names).map(([flag, name]) => [register, `${path} ${flag}`, new RegExp(`${line}:[^:]*?(?<![A-Za-z])${name}([+-])`), bit]);
}

const UNCORRECTABLE = {
  DATA_LINK_PROTOCOL: 'DLP', SURPRISE_DOWN: 'SDES', POISONED_TLP: 'TLP', FLOW_CONTROL_PROTOCOL: 'FCP', COMPLETION_TIMEOUT: 'CmpltTO', COMPLETER_ABORT: 'CmpltAbrt', UNEXPECTED_COMPLETION: 'UnxCmplt',
  RECEIVER_OVERFLOW: 'RxOF', MALFORMED_TLP: 'MalfTLP', ECRC: 'ECRC', UNSUPPORTED_REQUEST: 'UnsupReq', ACS_VIOLATION: 'ACSViol', INTERNAL: 'UncorrIntErr', MC_BLOCKED_TLP: 'BlockedTLP',
  ATOMIC_EGRESS_BLOCKED: 'AtomicOpBlocked', TLP_PREFIX_BLOCKED: 'TLPBlockedErr', POISONED_TLP_EGRESS_BLOCKED: 'PoisonTLPBlocked', DMWR_REQUEST_EGRESS_BLOCKED: 'DMWrReqBlocked', IDE_CHECK: 'IDECheck',
  MISROUTED_IDE_TLP: 'MisIDETLP', PCRC_CHECK: 'PCRC_CHECK', TLP_TRANSLATION_EGRESS_BLOCKED: 'TLPXlatBlocked',
};
const CORRECTABLE = { RECEIVER_ERROR: 'RxErr', BAD_TLP: 'BadTLP', BAD_DLLP: 'BadDLLP', REPLAY_ROLLOVER: 'Rollover', REPLAY_TIMEOUT: 'Timeout', ADVISORY_NON_FATAL: 'AdvNonFatalErr', CORRECTED_INTERNAL: 'CorrIntErr', HEADER_LOG_OVERFLOW: 'HeaderOF' };
const ERRORS = { CORRECTABLE: 'CorrErr', NON_FATAL: 'NonFatalErr', FATAL: 'FatalErr', UNSUPPORTED_REQUEST: 'UnsupReq' };
const SERVICES = { SOURCE_VALIDATION: 'SrcValid', TRANSLATION_BLOCKING: 'TransBlk', P2P_REQUEST_REDIRECT: 'ReqRedir', P2P_COMPLETION_REDIRECT: 'CmpltRedir', UPSTREAM_FORWARDING: 'UpstreamFwd', P2P_EGRESS_CONTROL: 'EgressCtrl', DIRECT_TRANSLATED_P2P: 'DirectTrans' };

/** What of ours lspci says too. @type {readonly Row[]} */
export const ROWS = [
  ...flags('HEADER', 'command', '\tControl', { IO_SPACE: 'I/O', MEMORY_SPACE: 'Mem', BUS_MASTER: 'BusMaster', SPECIAL_CYCLES: 'SpecCycle', MEMORY_WRITE_INVALIDATE: 'MemWINV', VGA_PALETTE_SNOOP: 'VGASnoop', PARITY_ERROR_RESPONSE: 'ParErr', SERR: 'SERR', FAST_BACK_TO_BACK: 'FastB2B', INTERRUPT_DISABLE: 'DisINTx' }),
  ...flags('HEADER', 'status', '\tStatus', { CAPABILITIES_LIST: 'Cap', FAST_BACK_TO_BACK: 'FastB2B', SIGNALED_TARGET_ABORT: '>TAbort', RECEIVED_TARGET_ABORT: '<TAbort', RECEIVED_MASTER_ABORT: '<MAbort', SIGNALED_SYSTEM_ERROR: '>SERR', DETECTED_PARITY_ERROR: '<PERR', INTERRUPT: 'INTx' }),
  ['HEADER', 'body.primary_bus', /primary=([0-9a-f]{2})/, hex], ['HEADER', 'body.secondary_bus', /secondary=([0-9a-f]{2})/, hex], ['HEADER', 'body.subordinate_bus', /subordinate=([0-9a-f]{2})/, hex],
  ['HEADER', 'body.memory_base', /\n\tMemory behind bridge: ([0-9a-f]+)00000-/, hex], ['HEADER', 'revision_id', /\(rev ([0-9a-f]{2})\)/, hex],
  ...flags('HEADER', 'body.bridge_control', 'BridgeCtl', { PARITY_ERROR_RESPONSE: 'Parity', SERR: 'SERR', VGA: 'VGA', VGA_16_BIT: 'VGA16', MASTER_ABORT_MODE: 'MAbort', SECONDARY_BUS_RESET: '>Reset', FAST_BACK_TO_BACK: 'FastB2B', PRIMARY_DISCARD_TIMER: 'PriDiscTmr', DISCARD_TIMER_SERR: 'DiscTmrSERREn' }),
  ['PM', 'version', /Power Management version (\d)/, number], ['PM', 'power_state', /Status: (D\d)/, word],
  ...bits('PM', 'Flags', { pme_clock: 'PMEClk', device_specific_initialization: 'DSI', d1_support: 'D1', d2_support: 'D2' }), ...bits('PM', 'Status', { no_soft_reset: 'NoSoftRst', pme_enable: 'PME-Enable', pme_status: 'PME' }),
  ['MSI', 'enable', /MSI: Enable([+-])/, bit], ['MSI', 'multiple_message_enable', /Count=(\d+)\//, (count) => `${count}_vector${count === '1' ? '' : 's'}`], ['MSI', 'body.message_address', /Address: ([0-9a-f]+)/, (text) => (text.length > 8 ? String(BigInt(`0x${text}`)) : hex(text))], ['MSI', 'body.mask', /Masking: ([0-9a-f]+)/, hex], ['MSI', 'body.pending', /Pending: ([0-9a-f]+)/, hex],
  ['MSIX', 'enable', /MSI-X: Enable([+-])/, bit], ['MSIX', 'table_size', /Count=(\d+)/, (count) => Number(count) - 1], ['MSIX', 'function_mask', /Masked([+-])/, bit], ['MSIX', 'table_bar', /Vector table: BAR=(\d)/, number], ['MSIX', 'table_offset', /Vector table:.*offset=([0-9a-f]+)/, hex], ['MSIX', 'pending_offset', /PBA:.*offset=([0-9a-f]+)/, hex],
  ['PCIE', 'capability_version', /Express \(v(\d)\)/, number], ['PCIE', 'port_type', /Express \(v\d\) (Endpoint|Root Port|Root Complex Integrated Endpoint)/, (type) => ({ Endpoint: 'endpoint', 'Root Port': 'root_port', 'Root Complex Integrated Endpoint': 'root_complex_endpoint' }[type] ?? type)],
  ['PCIE', 'interrupt_message_number', /IntMsgNum (\d+)/, number], ['PCIE', 'slot_implemented', /\(Slot([+-])\)/, bit],
  ['PCIE', 'body.max_payload_size_supported', /DevCap:\tMaxPayload (\d+)/, size], ['PCIE', 'body.phantom_functions', /PhantFunc (\d)/, number], ...bits('PCIE', 'DevCap', { 'body.extended_tag_supported': 'ExtTag', 'body.role_based_error_reporting': 'RBE', 'body.function_level_reset': 'FLReset', 'body.tee_io_supported': 'TEE-IO' }),
  ...flags('PCIE', 'body.error_reporting', 'DevCtl', ERRORS), ...bits('PCIE', 'DevCtl', { 'body.relaxed_ordering_enable': 'RlxdOrd', 'body.extended_tag_enable': 'ExtTag', 'body.phantom_functions_enable': 'PhantFunc', 'body.aux_power_enable': 'AuxPwr', 'body.no_snoop_enable': 'NoSnoop' }),
  ['PCIE', 'body.max_payload_size', /DevCtl:[^:]*MaxPayload (\d+)/, size], ['PCIE', 'body.max_read_request_size', /MaxReadReq (\d+)/, size],
  ...flags('PCIE', 'body.device_status', 'DevSta', { CORRECTABLE_ERROR: 'CorrErr', NON_FATAL_ERROR: 'NonFatalErr', FATAL_ERROR: 'FatalErr', UNSUPPORTED_REQUEST: 'UnsupReq', AUX_POWER: 'AuxPwr', TRANSACTIONS_PENDING: 'TransPend' }),
  ['PCIE', 'body.port_number', /Port #(\d+)/, number], ['PCIE', 'body.max_link_speed', /LnkCap:.*Speed ([\d.]+GT\/s)/, word], ['PCIE', 'body.max_link_width', /LnkCap:.*Width x(\d+)/, number], ...bits('PCIE', 'LnkCap', { 'body.clock_power_management': 'ClockPM', 'body.surprise_down_reporting': 'Surprise', 'body.link_active_reporting': 'LLActRep', 'body.bandwidth_notification': 'BwNot', 'body.aspm_optionality': 'ASPMOptComp' }),
  ['PCIE', 'body.read_completion_boundary', /RCB (\d+)/, size], ...bits('PCIE', 'LnkCtl', { 'body.link_disable': 'LnkDisable', 'body.common_clock': 'CommClk', 'body.extended_synch': 'ExtSynch', 'body.clock_power_management_enable': 'ClockPM', 'body.autonomous_width_disable': 'AutWidDis', 'body.bandwidth_management_interrupt': 'BWInt', 'body.autonomous_bandwidth_interrupt': 'AutBWInt', 'body.flit_mode_disable': 'FltModeDis' }),
  ['PCIE', 'body.link_speed', /LnkSta:.*Speed ([\d.]+GT\/s)/, word], ['PCIE', 'body.link_width', /LnkSta:.*Width x(\d+)/, number], ...bits('PCIE', 'LnkSta', { 'body.link_training': 'Train', 'body.slot_clock': 'SlotClk', 'body.link_active': 'DLActive', 'body.bandwidth_management_status': 'BWMgmt', 'body.autonomous_bandwidth_status': 'ABWMgmt' }),
  ...flags('PCIE', 'body.slot_capabilities', 'SltCap', { ATTENTION_BUTTON: 'AttnBtn', POWER_CONTROLLER: 'PwrCtrl', MRL_SENSOR: 'MRL', ATTENTION_INDICATOR: 'AttnInd', POWER_INDICATOR: 'PwrInd', HOT_PLUG_CAPABLE: 'HotPlug', HOT_PLUG_SURPRISE: 'Surprise' }), ['PCIE', 'body.physical_slot_number', /Slot #(\d+)/, number], ...bits('PCIE', 'SltCap', { 'body.electromechanical_interlock': 'Interlock', 'body.no_command_completed': 'NoCompl' }),
  ...flags('PCIE', 'body.slot_enables', 'Enable', { ATTENTION_BUTTON: 'AttnBtn', POWER_FAULT: 'PwrFlt', MRL_SENSOR: 'MRL', PRESENCE_DETECT: 'PresDet', COMMAND_COMPLETED: 'CmdCplt', HOT_PLUG_INTERRUPT: 'HPIrq' }), ['PCIE', 'body.link_state_changed_enable', /LinkChg([+-])/, bit], ['PCIE', 'body.attention_indicator', /Control: AttnInd (\w+)/, (text) => ({ Off: 'off', On: 'on', Blink: 'blink', Unknown: 'reserved' }[text] ?? text)],
  ...flags('PCIE', 'body.slot_status', 'Changed', { MRL_SENSOR_CHANGED: 'MRL', PRESENCE_DETECT_CHANGED: 'PresDet', LINK_STATE_CHANGED: 'LinkState' }), ...flags('PCIE', 'body.slot_status', 'SltSta:\tStatus', { ATTENTION_BUTTON_PRESSED: 'AttnBtn', POWER_FAULT: 'PowerFlt', MRL_OPEN: 'MRL', COMMAND_COMPLETED: 'CmdCplt', PRESENCE_DETECT: 'PresDet', INTERLOCK_ENGAGED: 'Interlock' }),
  ...flags('PCIE', 'body.root_control', 'RootCtl', { SYSTEM_ERROR_ON_CORRECTABLE: 'ErrCorrectable', SYSTEM_ERROR_ON_NON_FATAL: 'ErrNon-Fatal', SYSTEM_ERROR_ON_FATAL: 'ErrFatal', PME_INTERRUPT: 'PMEIntEna', CRS_VISIBILITY: 'CRSVisible' }), ['PCIE', 'body.pme_requester_id', /PME ReqID ([0-9a-f]+)/, hex], ['PCIE', 'body.pme_status', /PMEStatus([+-])/, bit],
  ['PCIE', 'body.completion_timeout_disable_supported', /DevCap2:.*TimeoutDis([+-])/, bit], ['PCIE', 'body.no_relaxed_ordering_pr_pr', /NROPrPrP([+-])/, bit], ['PCIE', 'body.ltr_supported', /NROPrPrP. LTR([+-])/, bit], ['PCIE', 'body.ten_bit_tag_completer', /10BitTagComp([+-])/, bit], ['PCIE', 'body.ten_bit_tag_requester', /10BitTagComp. 10BitTagReq([+-])/, bit], ['PCIE', 'body.extended_format_supported', /ExtFmt([+-])/, bit], ['PCIE', 'body.end_end_prefix_supported', /EETLPPrefix([+-]),/, bit], ['PCIE', 'body.max_end_end_prefixes', /MaxEETLPPrefixes (\d)/, (count) => Number(count) % 4], ['PCIE', 'body.frs_supported', /FRS([+-])/, bit], ['PCIE', 'body.ari_forwarding_supported', /DevCap2:[^]*?ARIFwd([+-])/, bit], ['PCIE', 'body.atomic_routing_supported', /Routing([+-])/, bit], ['PCIE', 'body.atomic_32_completer', /32bit([+-])/, bit], ['PCIE', 'body.atomic_64_completer', /64bit([+-]) 128/, bit], ['PCIE', 'body.cas_128_completer', /128bitCAS([+-])/, bit],
  ['PCIE', 'body.completion_timeout_disable', /DevCtl2:.*TimeoutDis([+-])/, bit], ['PCIE', 'body.ari_forwarding_enable', /DevCtl2:.*ARIFwd([+-])/, bit], ['PCIE', 'body.atomic_requester_enable', /AtomicOpsCtl: ReqEn([+-])/, bit], ['PCIE', 'body.ido_request_enable', /IDOReq([+-])/, bit], ['PCIE', 'body.ido_completion_enable', /IDOCompl([+-])/, bit], ['PCIE', 'body.end_end_prefix_blocking', /EETLPPrefixBlk([+-])/, bit],
  ['PCIE', 'body.crosslink_supported', /Crosslink([+-])/, bit], ['PCIE', 'body.drs_supported', /DRS([+-])/, bit], ['PCIE', 'body.target_link_speed', /Target Link Speed: ((?!2\.5)[\d.]+GT\/s)/, word], ['PCIE', 'body.enter_compliance', /EnterCompliance([+-])/, bit], ['PCIE', 'body.autonomous_speed_disable', /SpeedDis([+-])/, bit], ['PCIE', 'body.enter_modified_compliance', /EnterModifiedCompliance([+-])/, bit], ['PCIE', 'body.compliance_sos', /ComplianceSOS([+-])/, bit], ['PCIE', 'body.equalization_complete', /EqualizationComplete([+-])/, bit], ['PCIE', 'body.equalization_phase_3', /EqualizationPhase3([+-])/, bit], ['PCIE', 'body.link_equalization_request', /LinkEqualizationRequest([+-])/, bit],
  ...flags('AER', 'uncorrectable_status', 'UESta', UNCORRECTABLE), ...flags('AER', 'uncorrectable_mask', 'UEMsk', UNCORRECTABLE), ...flags('AER', 'uncorrectable_severity', 'UESvrt', UNCORRECTABLE), ...flags('AER', 'correctable_status', 'CESta', CORRECTABLE), ...flags('AER', 'correctable_mask', 'CEMsk', CORRECTABLE),
  ['AER', 'first_error_pointer', /First Error Pointer: ([0-9a-f]+)/, hex], ['AER', 'ecrc_generation_capable', /ECRCGenCap([+-])/, bit], ['AER', 'ecrc_generation_enable', /ECRCGenEn([+-])/, bit], ['AER', 'ecrc_check_capable', /ECRCChkCap([+-])/, bit], ['AER', 'ecrc_check_enable', /ECRCChkEn([+-])/, bit], ['AER', 'multiple_header_recording_capable', /MultHdrRecCap([+-])/, bit], ['AER', 'multiple_header_recording_enable', /MultHdrRecEn([+-])/, bit], ['AER', 'tlp_prefix_log_present', /TLPPfxPres([+-])/, bit], ['AER', 'header_log[0]', /HeaderLog: ([0-9a-f]{8})/, hex],
  ...flags('AER', 'root_error_command', 'RootCmd', { CORRECTABLE: 'CERptEn', NON_FATAL: 'NFERptEn', FATAL: 'FERptEn' }), ...flags('AER', 'root_error_status', 'RootSta', { CORRECTABLE: 'CERcvd', MULTIPLE_CORRECTABLE: 'MultCERcvd', UNCORRECTABLE: 'UERcvd', MULTIPLE_UNCORRECTABLE: 'MultUERcvd', FIRST_FATAL: 'FirstFatal', NON_FATAL_MESSAGES: 'NonFatalMsg', FATAL_MESSAGES: 'FatalMsg' }),
  ['AER', 'interrupt_message_number', /FatalMsg. IntMsgNum (\d+)/, number], ['AER', 'correctable_source_id', /ERR_COR: ([0-9a-f]+)/, hex], ['AER', 'uncorrectable_source_id', /ERR_FATAL\/NONFATAL: ([0-9a-f]+)/, hex],
  ['DSN', 'serial_number_upper', /Number ((?:[0-9a-f]{2}-){3}[0-9a-f]{2})/, (text) => hex(text.replaceAll('-', ''))], ['DSN', 'serial_number_lower', /Number (?:[0-9a-f]{2}-){4}((?:[0-9a-f]{2}-){3}[0-9a-f]{2})/, (text) => hex(text.replaceAll('-', ''))],
  ...flags('ACS', 'supported', 'ACSCap', SERVICES), ...flags('ACS', 'enabled', 'ACSCtl', SERVICES),
  ...bits('ARI', 'ARICap', { mfvc_function_groups: 'MFVC', acs_function_groups: 'ACS' }), ['ARI', 'next_function_number', /Next Function: (\d+)/, number], ...bits('ARI', 'ARICtl', { mfvc_function_groups_enable: 'MFVC', acs_function_groups_enable: 'ACS' }), ['ARI', 'function_group', /Function Group: (\d)/, number],
  ['SRIOV', 'vf_migration_capable', /IOVCap:\tMigration([+-])/, bit], ['SRIOV', 'vf_enable', /IOVCtl:\tEnable([+-])/, bit], ['SRIOV', 'vf_memory_space_enable', /MSE([+-])/, bit], ['SRIOV', 'ari_capable_hierarchy', /ARIHierarchy([+-])/, bit], ['SRIOV', 'initial_vfs', /Initial VFs: (\d+)/, number], ['SRIOV', 'total_vfs', /Total VFs: (\d+)/, number], ['SRIOV', 'num_vfs', /Number of VFs: (\d+)/, number], ['SRIOV', 'first_vf_offset', /VF offset: (\d+)/, number], ['SRIOV', 'vf_stride', /stride: (\d+)/, number], ['SRIOV', 'vf_device_id', /Device ID: ([0-9a-f]+)/, hex], ['SRIOV', 'supported_page_sizes', /Supported Page Size: ([0-9a-f]+)/, hex], ['SRIOV', 'system_page_size', /System Page Size: ([0-9a-f]+)/, hex],
];
