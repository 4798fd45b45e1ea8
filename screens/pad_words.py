"""The words of a pad's own pages, as in catalogue.py: key|Chinese|English. Apart, because a gate does not carry them."""

from screens.own_words import OwnWords

_OWN = OwnWords("""
pad.absent|打印机未连接|No printer
pad.again|再打印一次|Print again
pad.all|全额|All of it
pad.asked|应收|Amount
pad.back|返回|Back
pad.back_in_cash|现金退回|In cash
pad.back_title|退款方式|How it goes back
pad.cash|其中现金退回|Given in cash
pad.close|交班并打印|Close and print
pad.count|销售笔数|Sales
pad.cover_open|打印机盖已开|Printer is open
pad.doubtful|待核实|In doubt
pad.earlier|上一笔已付款，请再刷卡|The one before went through; tap again
pad.full|记录已满，请等待上传|Records full, wait for the upload
pad.fund|医保支付|Fund pays
pad.given|已退回|Given back
pad.jam|打印机卡纸|Paper jam
pad.left|可退|Left
pad.more|更多|More
pad.net|净额|Net
pad.next|下一笔|Next
pad.no_sale|没有这笔销售|No such sale here
pad.no_sales|本班暂无销售|No sales in this shift
pad.not_served|未完成交易|Not served
pad.offline|医保未连通，全部自费|Insurance offline, you pay all
pad.open|未完成扣款|Debits open
pad.other_pad|不是本机小票|Receipt of another pad
pad.own|个人支付|You pay
pad.paper_out|打印机缺纸|Out of paper
pad.print|打印小票|Print receipt
pad.printing|正在打印|Printing
pad.refund|退款|Refund
pad.refund_title|输入退款金额|Amount to give back
pad.returned|退回|Given back
pad.sales|销售记录|Sales
pad.served|已交货|Served
pad.served_title|断电前一笔已付款|Paid before the power cut
pad.shift|交班结算|End of shift
pad.sold|销售额|Sold
pad.tap_again|同卡再刷，不重复扣款|Same card, same amount: not charged again
pad.tap_card|请原卡刷卡退款|Tap the card that paid
pad.test_print|打印测试|Test page
pad.total|总额|Total
pad.void|撤销|Void
pad.voided|已撤销|Void
pad.wait|正在结算，请稍候|Asking the fund
""")
keys, find, text = _OWN.keys, _OWN.find, _OWN.text
