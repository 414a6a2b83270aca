import { integerField, namedBits, structureField, symbolText, textField, type ComponentDetails, type Fields, type FirmwareAccess, type NamedBit, type ResetChoice } from '@auxctl/core';

const RULES = ['rd_en', 'signed_updates_only', 'match_chip_id', 'match_psid', 'check_user_timestamp', 'match_base_guid_mac'];
const ACTIVATIONS = [
  'self_activation', 'auto_activate', 'pending_fw_reset', 'pending_server_reboot', 'pending_server_dc_power_cycle', 'pending_server_ac_power_cycle', 'all_hosts_sync',
];
/** Every type of reset that MROQ can be asked for, by its names. */
const RESET_TYPES = ['Full_Chip_Reset', 'Keep_Network_Port_Active_During_Reset', 'NIC_Only_Reset', 'ARM_Only_Reset', 'ARM_OS_Shutdown', 'Network_Reset', 'InService_SW_Update'];

/** Firmware components by MCQS and MCQI, resets by MFRL and MROQ. */
export const firmware: FirmwareAccess = {
  component: (index) => ({
    ask: { register: 'MCQS', fields: { component_index: index } },
    answer: (reply) => ({
      index, name: symbolText(reply, 'identifier'), status: symbolText(reply, 'component_status'), updateState: symbolText(reply, 'component_update_state'),
      progressPercent: Number(integerField(reply.fields, 'progress')),
      isSupported: integerField(reply.fields, 'component_not_supported') === 0n, isLast: integerField(reply.fields, 'last_index_flag') === 1n,
    }),
  }),
  details: (index) => [
    { ask: information(index, 'CAPABILITIES'), answer: ({ fields }) => limitsOf(structureField(fields, 'data')) },
    { ask: information(index, 'VERSION'), answer: ({ fields }) => versionOf(structureField(fields, 'data')) },
    { ask: information(index, 'ACTIVATION_METHOD'), answer: ({ fields }) => ({ activation: namesSet(structureField(fields, 'data'), ACTIVATIONS) }) },
  ],
  resets: {
    ask: { register: 'MFRL', fields: {} },
    answer: (reply) => ({
      state: symbolText(reply, 'reset_state'), levels: namedBits(reply, 'reset_trigger').map(choiceOf), types: namedBits(reply, 'reset_type').map(choiceOf),
    }),
  },
  resetOptions: RESET_TYPES.map((type) => ({
    ask: { register: 'MROQ', fields: { reset_type: type } },
    answer: (reply) => ({ type, levels: integerField(reply.fields, 'query_is_valid') === 0n ? [] : namedBits(reply, 'reset_trigger').filter(({ isSet }) => isSet).map(({ name }) => name) }),
  })),
  reset: (level, type) => ({ register: 'MFRL', fields: { reset_trigger: level, ...(type === undefined ? {} : { rst_type_sel: type }) } }),
};

function information(index: number, kind: string) {
  return { register: 'MCQI', fields: { component_index: index, info_type: kind } };
}

function choiceOf({ name, description = '', isSet }: NamedBit): ResetChoice {
  return { name, description, isSupported: isSet };
}

function limitsOf(fields: Fields): ComponentDetails {
  return {
    sizeBytes: Number(integerField(fields, 'component_size')), maxSizeBytes: Number(integerField(fields, 'max_component_size')),
    maxWriteBytes: Number(integerField(fields, 'mcda_max_write_size')), rules: namesSet(fields, RULES),
  };
}

function versionOf(fields: Fields): ComponentDetails {
  const text = textField(fields, 'version_string').slice(0, Number(integerField(fields, 'version_string_length')));
  const built = integerField(fields, 'build_time_valid') === 0n ? undefined : timeOf(structureField(fields, 'build_time'));
  return { version: text === '' ? `0x${integerField(fields, 'version').toString(16)}` : text, ...(built === undefined ? {} : { built }) };
}

/** Binary-coded decimals read as they are when they are written in hexadecimal; what holds a letter is no time. */
function timeOf(fields: Fields): string | undefined {
  const digits = (name: string, count: number): string => integerField(fields, name).toString(16).padStart(count, '0');
  const date = [digits('year', 4), digits('month', 2), digits('day', 2)].join('-');
  const time = [digits('hours', 2), digits('minutes', 2), digits('seconds', 2)].join(':');
  return /[a-f]/.test(date + time) ? undefined : `${date} ${time}`;
}

function namesSet(fields: Fields, names: readonly string[]): string[] {
  return names.filter((name) => integerField(fields, name) !== 0n);
}
