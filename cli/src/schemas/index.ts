import { reportSchema } from '@auxctl/schemas';
import type { z } from 'zod';
import { configApplySchema, configPlanSchema } from './config.js';
import { policyCheckSchema, policyExplainSchema } from './policy.js';
import { capsSchema, infoSchema, listSchema } from './devices.js';
import { diffSchema, dumpSummarySchema, showSchema } from './dumps.js';
import { diagEndSchema, diagListSchema, diagSampleSchema, diagSetSchema, diagShowSchema, diagStartSchema, diagStopSchema } from './diagnostics.js';
import { errorSchema } from './error.js';
import { resourceFailureSchema, resourceListSchema, resourceSegmentSchema } from './resources.js';
import { journalExportSchema, journalListSchema, journalShowSchema, journalVerifySchema, journalWatchDocumentSchema } from './journal.js';
import { cmdDescribeSchema, cmdListSchema, regDescribeSchema, regListSchema } from './layouts.js';
import { completionSchema, demoSchema, doctorSchema, helpSchema, pluginCheckSchema, pluginImportSchema, pluginIndexSchema, pluginListSchema, pluginNewSchema, pluginTypesSchema, simCommandSchema, simListSchema, simServeSchema } from './tool.js';
import { firmwareComponentsSchema, firmwareResetSchema, nvconfigDescribeSchema, nvconfigListSchema, nvconfigQuerySchema, nvconfigResetSchema, nvconfigSetSchema } from './nvconfig.js';
import { paramListSchema, paramSetSchema } from './parameters.js';
import { objDescribeSchema, objListSchema, objReadSchema } from './objects.js';
import { baselineListSchema, baselineRemoveSchema, baselineSaveSchema, baselineShowSchema, driftSchema, reportSummarySchema } from './state.js';
import { callSchema, decodeSchema, regReadSchema, regWriteSchema, rpcSchema, watchSchema } from './values.js';

/** The schema of every document that the tool prints, by the name in its `schema`. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'auxctl.list/1': listSchema,
  'auxctl.info/1': infoSchema,
  'auxctl.caps/1': capsSchema,
  'auxctl.reg-list/1': regListSchema,
  'auxctl.reg-describe/1': regDescribeSchema,
  'auxctl.cmd-list/1': cmdListSchema,
  'auxctl.cmd-describe/1': cmdDescribeSchema,
  'auxctl.reg-read/1': regReadSchema,
  'auxctl.reg-write/1': regWriteSchema,
  'auxctl.obj-list/1': objListSchema,
  'auxctl.obj-describe/1': objDescribeSchema,
  'auxctl.obj-read/1': objReadSchema,
  'auxctl.call/1': callSchema,
  'auxctl.rpc/1': rpcSchema,
  'auxctl.decode/1': decodeSchema,
  'auxctl.nvconfig-list/1': nvconfigListSchema,
  'auxctl.nvconfig-describe/1': nvconfigDescribeSchema,
  'auxctl.nvconfig-query/1': nvconfigQuerySchema,
  'auxctl.nvconfig-set/1': nvconfigSetSchema,
  'auxctl.nvconfig-reset/1': nvconfigResetSchema,
  'auxctl.param-list/1': paramListSchema,
  'auxctl.param-set/1': paramSetSchema,
  'auxctl.config-plan/1': configPlanSchema,
  'auxctl.config-apply/1': configApplySchema,
  'auxctl.firmware-components/1': firmwareComponentsSchema,
  'auxctl.firmware-reset/1': firmwareResetSchema,
  'auxctl.dump-summary/1': dumpSummarySchema,
  'auxctl.show/1': showSchema,
  'auxctl.diff/1': diffSchema,
  'auxctl.report/1': reportSchema,
  'auxctl.report-summary/1': reportSummarySchema,
  'auxctl.baseline-save/1': baselineSaveSchema,
  'auxctl.baseline-list/1': baselineListSchema,
  'auxctl.baseline-show/1': baselineShowSchema,
  'auxctl.baseline-remove/1': baselineRemoveSchema,
  'auxctl.drift/1': driftSchema,
  'auxctl.watch/1': watchSchema,
  'auxctl.resource-list/1': resourceListSchema,
  'auxctl.resource-segment/1': resourceSegmentSchema,
  'auxctl.resource-failure/1': resourceFailureSchema,
  'auxctl.diag-list/1': diagListSchema,
  'auxctl.diag-show/1': diagShowSchema,
  'auxctl.diag-set/1': diagSetSchema,
  'auxctl.diag-stop/1': diagStopSchema,
  'auxctl.diag-start/1': diagStartSchema,
  'auxctl.diag-sample/1': diagSampleSchema,
  'auxctl.diag-end/1': diagEndSchema,
  'auxctl.journal-list/1': journalListSchema,
  'auxctl.journal-show/1': journalShowSchema,
  'auxctl.journal-watch/1': journalWatchDocumentSchema,
  'auxctl.journal-verify/1': journalVerifySchema,
  'auxctl.journal-export/1': journalExportSchema,
  'auxctl.sim-list/1': simListSchema,
  'auxctl.sim-serve/1': simServeSchema,
  'auxctl.sim-command/1': simCommandSchema,
  'auxctl.plugin-list/1': pluginListSchema,
  'auxctl.plugin-check/1': pluginCheckSchema,
  'auxctl.plugin-index/1': pluginIndexSchema,
  'auxctl.plugin-new/1': pluginNewSchema,
  'auxctl.plugin-types/1': pluginTypesSchema,
  'auxctl.plugin-import/1': pluginImportSchema,
  'auxctl.completion/1': completionSchema,
  'auxctl.doctor/1': doctorSchema,
  'auxctl.demo/1': demoSchema,
  'auxctl.help/1': helpSchema,
  'auxctl.policy-check/1': policyCheckSchema,
  'auxctl.policy-explain/1': policyExplainSchema,
  'auxctl.error/1': errorSchema,
};
