"""The operator page's words, Chinese and English."""

_WORDS = """
fleet|终端|Fleet
taps|实时刷卡|Live taps
cards|卡片|Cards
counts|客流|Counts
rollouts|发布|Roll-outs
commands|指令|Commands
alarms|告警|Alarms
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
list_age|名单版本|Lists
firmware|固件|Firmware
refused|拒收|Refused packages
time|时间|Time
kind|类型|Kind
reason|原因|Reason
fare|票价（分）|Fare (fen)
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
save|保存|Save
forbidden|没有权限|Not allowed
bad_number|卡号不对|No such number
unchanged|没有变化|Nothing changed
published|已发布，版本|Published, version
nothing|无|None
chain_whole|审计链完整|The trail is whole
chain_broken|审计链断于|The trail is broken at
ago|秒前|s ago
"""
_TABLE = {line.split("|")[0]: line.split("|")[1:] for line in _WORDS.strip().splitlines()}
LANGUAGES = ("zh", "en")


def words(language):
    """{key: text} of one language."""
    column = LANGUAGES.index(language)
    return {key: texts[column] for key, texts in _TABLE.items()}
