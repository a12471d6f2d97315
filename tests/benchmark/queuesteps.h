// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

/// Steps of somebody who works with the window, watched and timed. Thread: GUI.
namespace bartizan::queuesteps {

inline constexpr qint64 kLongestWait = 600'000;

/// Processor time of this thread so far, in milliseconds.
inline double worked()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Tells how long the event loop was away: a timer each millisecond, and the time between two of its turns. It lets the
/// loop sleep in between, as it does for a person: one that never rests takes a core from the threads that it waits for.
/// On a machine that others use as well a thread is away for their sake, too: so it also tells how long it worked in one
/// turn.
class Watchdog {
public:
    Watchdog()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, [this] { turn(); });
        reset();
        m_timer.start();
    }
    void reset()
    {
        m_worst = 0;
        m_mostWorked = 0.0;
        m_since.start();
        m_workedBefore = worked();
    }
    void turn()
    {
        const double now = worked();
        m_mostWorked = std::max(m_mostWorked, now - m_workedBefore);
        m_workedBefore = now;
        m_worst = std::max(m_worst, m_since.restart());
    }
    qint64 worst() const { return m_worst; }
    double mostWorked() const { return m_mostWorked; }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_worst = 0;
    double m_mostWorked = 0.0;
    double m_workedBefore = 0.0;
};

/// Lets the kernel find the most memory anew (proc(5), clear_refs).
inline void forgetPeak()
{
    QFile peak(QStringLiteral("/proc/self/clear_refs"));
    if (peak.open(QIODevice::WriteOnly))
        peak.write("5");
}

/// A line of /proc/self/status, in MiB.
inline double memory(const char *key)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0.0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(key))
            return line.simplified().split(' ').at(1).toDouble() / 1024.0;
    }
    return 0.0;
}

/// Lets the loop run until a condition holds; returns how long that took, in milliseconds, or -1.
template<typename Condition>
qint64 until(Condition condition)
{
    QElapsedTimer time;
    time.start();
    QTimer again; // Looks again where nothing happens.
    again.start(5);
    while (!condition()) {
        if (time.elapsed() > kLongestWait)
            return -1;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return time.elapsed();
}

inline qint64 worstOfAll = 0;     ///< What the loop was blocked at most, in any step.
inline double mostWorkedOfAll = 0; ///< What it worked in one turn at most.
inline double mostMemory = 0;      ///< What the process held at most, in MiB.

/// Runs what a person does, and tells how it went.
template<typename Action, typename Done>
void step(Watchdog &watchdog, const QString &name, Action action, Done done)
{
    forgetPeak();
    watchdog.reset();
    QElapsedTimer time;
    time.start();
    const double workedBefore = worked();
    action();
    const qint64 waited = until(done);
    QCoreApplication::processEvents(); // What it means for the view.
    const qint64 total = time.elapsed();
    watchdog.turn();
    worstOfAll = std::max(worstOfAll, watchdog.worst());
    mostWorkedOfAll = std::max(mostWorkedOfAll, watchdog.mostWorked());
    mostMemory = std::max(mostMemory, memory("VmHWM:"));
    std::printf("%-44s %6lld ms until shown (%5.0f worked), loop blocked %4lld ms at most (%3.0f worked), %3.0f MiB at most%s\n",
                qPrintable(name), static_cast<long long>(total), worked() - workedBefore, static_cast<long long>(watchdog.worst()),
                watchdog.mostWorked(), memory("VmHWM:"), waited < 0 ? ", GAVE UP" : "");
    std::fflush(stdout);
}

} // namespace bartizan::queuesteps
