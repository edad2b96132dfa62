// What each agent has seen of Slack, in this browser: channels, threads, and private notes that were put away.

const KEY = "chatdesk.dismissed";
export const replyCount = (line) => line?.replies?.filter((reply) => !reply.deleted).length ?? 0;

export class Seen {
  constructor() {
    this.replies = new Map(); // "agent ts" -> how many replies were seen
    this.newest = new Map(); // "agent channel" -> the newest message that was on the screen
    this.dismissed = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));
  }

  /** What was there when the page was opened is no news to anybody. `logs`: channel id -> its messages */
  begin(agents, logs) {
    for (const { id } of agents) {
      for (const [channel, log] of logs) {
        this.sawChannel(id, channel, log);
        for (const line of log.messages) this.sawThread(id, line);
      }
    }
  }

  sawChannel(agent, channel, log) {
    this.newest.set(`${agent} ${channel}`, log.messages.at(-1)?.ts ?? "0");
  }

  sawThread(agent, line) {
    this.replies.set(`${agent} ${line.ts}`, replyCount(line));
  }

  isUnread(agent, channel, log) {
    return (log?.messages.at(-1)?.ts ?? "0") > (this.newest.get(`${agent} ${channel}`) ?? "0");
  }

  hasNews(agent, line) {
    return replyCount(line) > (this.replies.get(`${agent} ${line?.ts}`) ?? 0);
  }

  isDismissed(agent, note) {
    return this.dismissed.has(`${agent} ${note.ts}`);
  }

  dismiss(agent, note) {
    this.dismissed.add(`${agent} ${note.ts}`);
    sessionStorage.setItem(KEY, JSON.stringify([...this.dismissed]));
  }
}
