"""The operator page's words, Chinese and English."""

import pathlib

_TEMPLATES = pathlib.Path(__file__).parent / "templates"
_REASONS = _TEMPLATES / "reasons.txt"  # technician/reason_table.py writes both
_CHECKS = _TEMPLATES / "checks.txt"

_WORDS = """
fleet|终端|Fleet
taps|实时刷卡|Live taps
cards|卡片|Cards
counts|客流|Counts
rollouts|发布|Roll-outs
commands|指令|Commands
alarms|告警|Alarms
settlement|结算|Settlement
operator|运营方|Operator
line|线路|Line
product|产品|Product
concession|优惠类别|Concession
day|日期|Day
show|查看|Show
rides|乘次|Rides
amount|金额（元）|Amount (yuan)
grey|灰交易|Grey
disputed|有疑问|Disputed
not_looked|未验TAC|TAC not checked
no_key_service|未设密钥服务：扣费无从验证，不计入结算|No key service is set: debits cannot be checked, and are not counted
csv_sums|下载汇总（CSV）|Sums as CSV
csv_cases|下载待核对记录（CSV）|Records to look at as CSV
cases|需人工核对|To be looked at by a person
more_in_csv|其余记录见CSV|The others are in the CSV
look_again|重新验证|Check again
places|终端归属|Where terminals stand
since|起始日期|Since
no_operator|未登记运营方|No operator named yet
proof_grey|灰交易|Grey
proof_wrong|TAC不符|TAC is wrong
proof_unknown|无适用密钥|No key fits
class_adult|普通|Adult
class_student|学生|Student
class_elder|老年|Elder
class_test|测试|Test
class_soldier|军人|Soldier
class_disabled|残疾人|Disabled
class_veteran|退役军人|Veteran
class_child|儿童|Child
audit|审计|Audit trail
log_in|登录|Log in
log_out|退出|Log out
name|姓名|Name
password|密码|Password
wrong|姓名或密码不对，或尝试过多，请稍候|Wrong name or password, or too many tries: wait a little
terminal|终端|Terminal
site|站点|Site
contact|最近联系|Last contact
mode|模式|Mode
queued|待传记录|Journal depth
list_age|名单|Lists
firmware|固件|Firmware
refused|拒收|Refused packages
self_test|自检|Self-test
all_well|正常|All well
lacking|缺少|lacking
faulty|故障|at fault
faults|自检有故障|With faults
time|时间|Time
kind|类型|Kind
reason|原因|Reason
fare|票价（元）|Fare (yuan)
scheme|卡种|Scheme
number|卡号|Number
search|查询|Search
block|挂失|Block
unblock|解挂|Unblock
listed|在白名单|On the whitelist
not_listed|不在白名单|Not on the whitelist
blocked|已挂失|Blocked
reach|到达闸机|Reached the gates
visits|出行记录|Visits
admitted|放行|Admitted
passed|通过|Passed through
not_passed|未通过|Not passed
intruded|闯入|Intrusions
total|合计|Total
send|发送|Send
verb|动作|Command
argument|参数|Argument
answer|结果|Answer
by|操作人|By
stop|紧急停止|Emergency stop
status|状态|Status
groups|分组|Groups
package|签名包|Signed package
begin|开始|Begin
most_failed|失败上限（%）|Most failures (%)
silent_s|静默时限（秒）|Silent after (s)
what|操作|What
subject|对象|Subject
place|日志号、序号|Journal, number
save|保存|Save
forbidden|没有权限|Not allowed
bad_number|卡号不对|No such number
unchanged|没有变化|Nothing changed
published|已发布，版本|Published, version
nothing|无|None
chain_whole|审计链完整|The trail is whole
chain_broken|审计链断于|The trail is broken at
seconds|秒前|s ago
minutes|分钟前|min ago
hours|小时前|h ago
days|天前|days ago
late|失联|Late
waiting_records|待传记录|Records waiting
terminals|终端|Terminals
refusals|拒收|Refusals
refused_taps|拒绝|Refused
times|次数|Times
no_site|未分站点|No site yet
hotlist|挂失名单|Hotlist
answer_hint|例：1-20|e.g. 1-20
groups_hint|每行一组|One group a line
rollout_name|名称|Name
find_hint|终端或站点|Terminal or site
new_rollout|新发布|New roll-out
page_title|终端运营|Gate operations
none_yet|尚无|None yet
role_operator|运营|Operator
role_technician|运维|Technician
role_auditor|审计|Auditor
mode_in_service|正常|In service
mode_out_of_service|停用|Out of service
mode_free_passage|免费放行|Free passage
mode_emergency|紧急|Emergency
mode_exit_free|出站免检|Exits opened
mode_train_fault|列车故障|Train fault
mode_skip_time|时间免检|Time not checked
mode_skip_order|次序免检|Order not checked
mode_skip_fare|车费免检|No fare taken
mode_closed|关闭|Closed
mode_maintenance|维护|Maintenance
mode_list_old|名单过期|List too old
mode_clock_untrusted|时钟待校|Clock not set
mode_journal_full|记录已满|Records full
mode_reader_down|读卡器故障|Reader fault
mode_tariff_fault|票价故障|Fare table fault
kind_tap|刷卡|Tap
kind_pending|扣费中|Charging
kind_debited|已扣费|Debited
kind_passed|已通过|Passed
kind_not_passed|未通过|Not passed
refused_taps|拒绝|Refused
kind_mode|模式|Mode
kind_boot|启动|Start
kind_grey|灰交易|Grey
kind_discarded|未成交|Discarded
kind_loading|充值中|Topping up
kind_loaded|已充值|Topped up
kind_command|指令|Command
kind_clock|校时|Clock
kind_void|撤销|Void
kind_refund|退款|Refund
kind_fund|医保结算|Fund
kind_shift|班次|Shift
kind_printing|打印中|Printing
kind_printed|已打印|Printed
kind_intruded|闯入|Intruded
kind_heard|来自邻机|From a neighbour
kind_locker|储物柜|Locker
kind_departed|发车|Departed
kind_used|用量|Uses counted
kind_consent|同意核验|Consent
scheme_purse|交通钱包|Purse
scheme_social_card|社保卡|Social card
scheme_ride_code|乘车码|Ride code
scheme_account_code|账户码|Account code
scheme_insurance_fund|医保基金|Insurance fund
answer_waiting|等待|Waiting
answer_silent|无应答|Silent
answer_done|完成|Done
answer_expired|过期|Expired
answer_unknown|不识别|Unknown
answer_impossible|无法执行|Impossible
command_mode free_passage|免费放行|Free passage
command_mode closed|关闭通道|Close
command_mode maintenance|维护并自检|Maintenance, with a self-test
command_mode in_service|恢复正常|In service
command_reboot|重启|Reboot
command_log all|详细日志|Log all
command_log brief|精简日志|Log briefly
command_resend|重传记录|Send records again
status_running|进行中|Running
status_done|完成|Done
status_stopped|已停止|Stopped
deed_log in|登录|Logged in
deed_log in failed|登录失败|Log-in failed
deed_log out|退出|Logged out
deed_search|查询卡片|Searched a card
deed_block|挂失|Blocked a card
deed_unblock|解挂|Unblocked a card
deed_site|设站点|Named a site
deed_place|设归属|Said where terminals stand
deed_look again|重新验证|Looked again
deed_command|下发指令|Sent a command
deed_roll-out|开始发布|Began a roll-out
deed_emergency stop|紧急停止|Emergency stop
deed_download|下载|Took a file
deed_refused|无权操作|Was not allowed
deed_failed|操作失败|Failed
outcome_waits|等待|Waits
outcome_took|已接收|Took it
outcome_refused|拒收|Refused
outcome_silent|无应答|Silent
alarm_records lost|记录丢失|Records lost
alarm_two terminals, one name|重名终端|Two terminals, one name
alarm_same seq, other content|同号异文|Same number, other content
alarm_unreadable record|无法解读|Unreadable record
alarm_missing|记录缺失|Records missing
alarm_open|未了结扣费|Debit nobody closed
alarm_paid twice|重复扣费|Paid twice
alarm_answers nothing|无头记录|Answers nothing
"""
_TABLE = {
    line.split("|")[0]: line.split("|")[1:] for line in (_WORDS.strip() + "\n" + _CHECKS.read_text("utf8")).splitlines()
}
_REASON_TABLE = {line.split("|")[0]: line.split("|")[1:] for line in _REASONS.read_text("utf8").splitlines()}
LANGUAGES = ("zh", "en")


def words(language):
    """{key: text} of one language."""
    column = LANGUAGES.index(language)
    table = {key: texts[column] for key, texts in _TABLE.items()}
    table.update(("reason_" + key, texts[column]) for key, texts in _REASON_TABLE.items())
    return table


def said(table, prefix, value):
    """What `value` is called in `table`, or itself where nobody gave it a name. prefix: "mode", "reason" and so on."""
    return table.get("%s_%s" % (prefix, value), value)
